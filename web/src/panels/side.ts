/** The panel on the right: layers with legend, or the event feed, or a form. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { LayerSpec, RunEvent } from "../api/types";
import { type Cockpit, isShown } from "../state/cockpit";
import { pick, say, sayId } from "../words";
import { moment } from "../words/numbers";
import type { Actions } from "./actions";
import { css, icon } from "./draw";
import { placementForm } from "./placement";
import { runForm } from "./run_form";

/** Events shown at once, the newest first. */
const FEED = 60;

function frame(cockpit: Cockpit, actions: Actions, title: string, body: unknown): TemplateResult {
  const { panel, language } = cockpit;
  return html`<aside class="side" id="side-${panel}" aria-label=${title}>
    <header class="side-head">
      <h2>${title}</h2>
      <button type="button" class="round small" aria-label=${say(language, "close")}
        @click=${() => panel && actions.togglePanel(panel)}>${icon("close")}</button>
    </header>
    <div class="side-body">${body}</div>
  </aside>`;
}

function legend(cockpit: Cockpit, spec: LayerSpec): TemplateResult {
  return html`<ul class="legend">
    ${spec.legend.map(
      (entry) => html`<li>
        <i style="background:${css(entry.colour)}"></i>
        ${pick(cockpit.language, entry.title)} ${entry.unit ? html`<small>${entry.unit}</small>` : nothing}
      </li>`,
    )}
  </ul>`;
}

function layers(cockpit: Cockpit, actions: Actions): TemplateResult {
  const specs = cockpit.specs.toSorted((a, b) => b.order - a.order);
  return html`<ul class="layers">
    ${specs.map((spec) => {
      const shown = isShown(cockpit, spec);
      return html`<li class=${shown ? "on" : ""}>
        <label class="switch">
          <input type="checkbox" data-layer=${spec.id} .checked=${shown}
            @change=${(event: Event) => actions.toggleLayer(spec.id, (event.target as HTMLInputElement).checked)} />
          <i aria-hidden="true"></i>
          <span>${pick(cockpit.language, spec.title)}</span>
        </label>
        ${shown && spec.legend.length > 0 ? legend(cockpit, spec) : nothing}
      </li>`;
    })}
  </ul>`;
}

interface Said {
  readonly zh: string;
  readonly en: string;
}

function isSaid(value: unknown): value is Said {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

/** The event in words: its own text where it has one, else its kind and plain details. */
export function eventLine(cockpit: Cockpit, event: RunEvent): string {
  const own = ["text", "title", "message"].map((name) => event[name]).find(isSaid);
  const kind = sayId(cockpit.language, "event", event.kind.replaceAll(".", "_"));
  if (own) {
    return `${kind} · ${pick(cockpit.language, own)}`;
  }
  const known = ["tick", "time_s", "sequence", "kind", "who", "place"];
  const details = Object.entries(event)
    .filter(([name, value]) => !known.includes(name) && ["string", "number"].includes(typeof value))
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return [kind, ...details.slice(0, 3)].join(" · ");
}

function feed(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, events, clock, places } = cockpit;
  const past = events.filter((event) => event.time_s <= clock.time_s).slice(-FEED);
  if (past.length === 0) {
    return html`<p class="faint">${say(language, "noEvents")}</p>`;
  }
  return html`<ol class="feed">
    ${past.toReversed().map((event) => {
      const place = event.place ? pick(language, places.get(event.place)?.name) || event.place : "";
      const who = event.who ? sayId(language, "organisation", event.who) : "";
      return html`<li class="event ${event.kind.split(".")[0]}">
        <button type="button" @click=${() => actions.scrub(event.time_s)}>
          <time>${moment(event.time_s)}</time>
          <span>${eventLine(cockpit, event)}</span>
          <small>${[who, place].filter(Boolean).join(" · ")}</small>
        </button>
      </li>`;
    })}
  </ol>`;
}

export function side(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, panel } = cockpit;
  switch (panel) {
    case "layers":
      return frame(cockpit, actions, say(language, "layers"), layers(cockpit, actions));
    case "events":
      return frame(cockpit, actions, say(language, "events"), feed(cockpit, actions));
    case "run":
      return frame(cockpit, actions, say(language, "startRun"), runForm(cockpit, actions));
    case "placement":
      return frame(cockpit, actions, say(language, "placement"), placementForm(cockpit, actions));
    default:
      return html`${nothing}`;
  }
}
