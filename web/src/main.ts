/** The page: one state, one clock, one stage; panels around it. */

import "@fontsource-variable/inter/wght.css";
import "./theme.css";
import "./panels/base.css";
import "./panels/shell.css";
import "./panels/leaders.css";
import "./panels/side.css";
import "./panels/verdict.css";
import "./panels/reserve.css";
import "./panels/compare.css";
import "./panels/operations.css";
import "./panels/card.css";
import "./panels/timeline.css";
import "./panels/narrow.css";
import { render } from "lit-html";
import { type Hovered, hearHover } from "./map/pick";
import { Stage } from "./map/stage";
import { hearKeys } from "./operations/keys";
import { openFirst, report } from "./operations/open";
import { RunStates } from "./operations/states";
import { makeActions } from "./panels/actions";
import { page } from "./panels/page";
import { writeAddress } from "./state/address";
import { addressOf, type Cockpit, openCockpit } from "./state/cockpit";
import { say } from "./words";

/** Longest stretch that one frame may let pass [s], so that a slow machine does not leap. */
const LONGEST_FRAME = 0.5;

const { store, address } = openCockpit(window.location.search);
const root = document.querySelector<HTMLElement>("#cockpit");
if (!root) {
  throw new Error("index.html has no #cockpit");
}
const mapElement = document.createElement("div");
mapElement.className = "map";
const chrome = document.createElement("div");
chrome.className = "chrome";
const veil = document.createElement("div");
veil.className = "veil";
root.append(mapElement, veil, chrome);

const stage = new Stage(mapElement, store);
const actions = makeActions(store, () => stage.home());
const states = new RunStates(store);
let hovered: Hovered | null = null;
let isDrawn = true;

function draw(): void {
  isDrawn = true;
  render(page(store.state, actions, states, hovered), chrome);
}

function soon(): void {
  if (isDrawn) {
    isDrawn = false;
    requestAnimationFrame(draw);
  }
}

/** The root element says language and theme, and carries the colours that the server gives. */
function dress({ language, theme, scene, city }: Cockpit): void {
  const { documentElement } = document;
  documentElement.lang = language;
  documentElement.dataset["theme"] = theme;
  for (const [name, value] of Object.entries(scene?.css ?? {})) {
    documentElement.style.setProperty(name, value);
  }
  mapElement.querySelector("canvas")?.setAttribute("aria-label", say(language, "map"));
  document.title = city ? `${city.title[language]} · 沙盘 Shapan` : "沙盘 Shapan";
}

/** The address follows what is shown, but not faster than browsers allow. */
const REMEMBER_MS = 400;
let remembering: number | undefined;

function remember(): void {
  window.clearTimeout(remembering);
  remembering = window.setTimeout(() => {
    const { state } = store;
    const search = writeAddress(addressOf(state));
    if (!state.isLoading && state.city && search !== window.location.search) {
      window.history.replaceState(null, "", search);
    }
  }, REMEMBER_MS);
}

let before = 0;
function tick(now: number): void {
  const seconds = Math.min((now - before) / 1000, LONGEST_FRAME);
  before = now;
  if (store.state.clock.isPlaying) {
    actions.pass(seconds);
  }
  requestAnimationFrame(tick);
}

store.hear((state, previous) => {
  if (
    state.language !== previous.language ||
    state.scene !== previous.scene ||
    state.city !== previous.city
  ) {
    dress(state);
  }
  if (!state.clock.isPlaying) {
    remember();
  }
  soon();
});
hearHover((next) => {
  hovered = next;
  soon();
});
hearKeys(store, actions);
dress(store.state);
draw();
requestAnimationFrame(tick);
openFirst(store, address).catch((problem: unknown) => report(store, problem));
