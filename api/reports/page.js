(() => {
  const root = document.documentElement;
  const press = (buttons, chosen) =>
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button === chosen)));

  const languages = [...document.querySelectorAll("[data-say]")];
  const speak = (button) => {
    root.dataset.language = button.dataset.say;
    root.lang = button.dataset.say;
    press(languages, button);
  };
  languages.forEach((button) => button.addEventListener("click", () => speak(button)));
  if (!navigator.language.startsWith("zh")) speak(languages[1]);

  const box = document.getElementById("map");
  const views = [...document.querySelectorAll("[data-view]")];
  try {
    const deck = createDeck({ container: box, jsonInput: reportDeck, tooltip: false });
    const show = (button) => {
      const shown = new Set(reportViews[button.dataset.view]);
      const layers = deck.props.layers.map((layer) => layer.clone({ visible: shown.has(layer.id) }));
      deck.setProps({ layers });
      root.dataset.view = button.dataset.view;
      press(views, button);
    };
    views.forEach((button) => button.addEventListener("click", () => show(button)));
    show(views[0]);
    deck.setProps({
      onAfterRender: () => {
        if (deck.props.layers.every((layer) => layer.isLoaded)) root.dataset.map = "drawn";
      },
    });
  } catch (error) {
    root.dataset.map = "flat";
  }
})();
