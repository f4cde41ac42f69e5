/** The whole page around the map. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Hovered } from "../map/pick";
import type { RunStates } from "../operations/states";
import type { Cockpit } from "../state/cockpit";
import { say } from "../words";
import type { Actions } from "./actions";
import { badge } from "./badge";
import { thingCard } from "./card";
import { icon } from "./draw";
import { header } from "./header";
import { hoverCard } from "./hover";
import { leaders } from "./leaders";
import { notices } from "./notice";
import { side } from "./side";
import { timeline } from "./timeline";

function bands(cockpit: Cockpit): TemplateResult {
  const { scene, language, run } = cockpit;
  if (!scene || !run) {
    return html`${nothing}`;
  }
  return html`<ol class="bands" aria-label=${say(language, "resilience")}>
    ${scene.bands.map((band) => {
      const [red, green, blue] = band.colour;
      return html`<li style="--band:rgb(${red},${green},${blue})" title="${band.from}–${band.to}">${band.title[language]}</li>`;
    })}
  </ol>`;
}

export function page(
  cockpit: Cockpit,
  actions: Actions,
  states: RunStates,
  hovered: Hovered | null,
): TemplateResult {
  const { language } = cockpit;
  return html`<a class="skip" href="#timeline">${say(language, "skip")}</a>
    ${header(cockpit, actions)} ${leaders(cockpit, actions, states.residents())}
    ${side(cockpit, actions)} ${thingCard(cockpit, actions, states)}
    <div class="corner">
      <button type="button" class="round" id="home" aria-label=${say(language, "home")} title=${say(language, "home")} @click=${actions.home}>
        ${icon("home")}
      </button>
      ${bands(cockpit)}
    </div>
    ${notices(cockpit, actions)} ${hoverCard(cockpit, hovered)}
    <div class="foot">${timeline(cockpit, actions)} ${badge(cockpit)}</div>`;
}
