/** The bar at the top: what city, which run, and the switches. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Cockpit, Panel } from "../state/cockpit";
import { pick, say } from "../words";
import type { Actions } from "./actions";
import { type Icon, icon } from "./draw";

function chosen(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

function cityPicker(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, cities, city } = cockpit;
  return html`<label class="picker">
    <span>${say(language, "city")}</span>
    <select id="city-picker" @change=${(event: Event) => actions.openCity(chosen(event))}>
      ${(cities ?? []).map(
        (one) => html`<option value=${one.name} ?selected=${one.name === city?.name}>
          ${pick(language, one.title)}
        </option>`,
      )}
    </select>
  </label>`;
}

function runPicker(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, runs, run, drills } = cockpit;
  const title = (drill: string): string =>
    pick(language, drills.find((one) => one.name === drill)?.title) || drill;
  return html`<label class="picker picker-run">
    <span>${say(language, "run")}</span>
    <select id="run-picker" @change=${(event: Event) => actions.openRun(chosen(event) || null)}>
      ${runs.map(
        (one) => html`<option value=${one.run} ?selected=${one.run === run?.run}>
          ${title(one.drill)} · ${say(language, "seed")} ${one.seed} · ${one.run.slice(0, 6)}
        </option>`,
      )}
      <option value="" ?selected=${!run}>${say(language, "noRun")}</option>
    </select>
  </label>`;
}

function panelButton(
  cockpit: Cockpit,
  actions: Actions,
  panel: Panel,
  title: string,
  name: Icon,
): TemplateResult {
  const isOpen = cockpit.panel === panel;
  return html`<button
    type="button"
    id="open-${panel}"
    class="tool"
    aria-label=${title}
    title=${title}
    aria-pressed=${isOpen ? "true" : "false"}
    @click=${() => actions.togglePanel(panel)}
  >
    ${icon(name)}<span>${title}</span>
  </button>`;
}

export function header(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language } = cockpit;
  const button = (panel: Panel, title: string, name: Icon): TemplateResult =>
    panelButton(cockpit, actions, panel, title, name);
  return html`<header class="bar">
    <h1 class="mark"><b>沙盘</b><span>Shapan</span></h1>
    <span class="exercise">${say(language, "exercise")}</span>
    <div class="pickers">${cityPicker(cockpit, actions)} ${runPicker(cockpit, actions)}</div>
    <nav class="tools" aria-label=${say(language, "product")}>
      ${button("run", say(language, "startRun"), "run")}
      ${button("placement", say(language, "placement"), "placement")}
      ${
        cockpit.run
          ? html`${button("operations", say(language, "operations"), "operations")}
            ${button("compare", say(language, "compare"), "compare")}`
          : nothing
      }
      ${button("events", say(language, "events"), "events")}
      ${button("layers", say(language, "layers"), "layers")}
      ${
        cockpit.run
          ? html`<a class="tool" aria-label=${say(language, "report")} title=${say(language, "report")} href="/api/runs/${cockpit.run.run}/report.html" target="_blank" rel="noopener">
              ${icon("report")}<span>${say(language, "report")}</span>
            </a>`
          : nothing
      }
      <button type="button" class="tool" id="switch-theme" aria-label=${say(language, "theme")} @click=${actions.switchTheme}>
        ${icon("theme")}
      </button>
      <button type="button" class="tool text" id="switch-language" aria-label=${say(language, "language_label")} @click=${actions.switchLanguage}>
        ${say(language, "language")}
      </button>
    </nav>
  </header>`;
}
