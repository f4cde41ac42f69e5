/** The panel on the right: layers with legend, or the event feed, or a form. */

import { html, nothing, type TemplateResult } from "lit-html";
import { type Cockpit, isShown, organisationName, placeName } from "../state/cockpit";
import { pick, say } from "../words";
import { moment } from "../words/numbers";
import type { Actions } from "./actions";
import { comparePanel } from "./compare";
import { icon } from "./draw";
import { legend } from "./legend";
import { operationsPanel } from "./operations";
import { placementForm } from "./placement";
import { reservePanel } from "./reserve";
import { runForm } from "./run_form";
import { eventLine } from "./saying";

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
    <div class="side-body" tabindex="0" role="group" aria-label=${title}>${body}</div>
  </aside>`;
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
        ${shown && spec.legend.length > 0 ? legend(cockpit.language, spec) : nothing}
      </li>`;
    })}
  </ul>`;
}

/** The log's own accounts, which say nothing that happened in the city. */
function isBookkeeping(kind: string): boolean {
  return kind === "situation" || kind === "summary" || kind.startsWith("resource.");
}

function feed(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, events, clock } = cockpit;
  const past = events
    .filter((event) => event.time_s <= clock.time_s && !isBookkeeping(event.kind))
    .slice(-FEED);
  if (past.length === 0) {
    return html`<p class="faint">${say(language, "noEvents")}</p>`;
  }
  return html`<ol class="feed">
    ${past.toReversed().map((event) => {
      const place = event.place ? placeName(cockpit, event.place) : "";
      const who = event.who ? organisationName(cockpit, event.who) : "";
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
    case "compare":
      return frame(cockpit, actions, say(language, "compare"), comparePanel(cockpit, actions));
    case "operations":
      return frame(cockpit, actions, say(language, "operations"), operationsPanel(cockpit));
    case "placement":
      return frame(
        cockpit,
        actions,
        say(language, "placement"),
        html`${cockpit.reserve ? nothing : placementForm(cockpit, actions)} ${reservePanel(cockpit, actions)}`,
      );
    default:
      return html`${nothing}`;
  }
}
