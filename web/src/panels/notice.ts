/** What the page says when it has nothing to show or something went wrong. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Cockpit } from "../state/cockpit";
import { say } from "../words";
import type { Actions } from "./actions";

export function notices(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, problem, cities, runs, run, city, isLoading } = cockpit;
  const hint =
    cities?.length === 0
      ? say(language, "noCities")
      : city && !isLoading && !run && runs.length === 0
        ? say(language, "noRuns", { city: city.name })
        : "";
  return html`<div class="notices" role="status">
    ${isLoading ? html`<p class="notice loading">${say(language, "loading")}</p>` : nothing}
    ${hint ? html`<p class="notice hint" id="hint">${hint}</p>` : nothing}
    ${
      problem
        ? html`<p class="notice problem" id="problem" role="alert">
            <span>${problem}</span>
            <button type="button" class="plain" @click=${actions.dismiss}>${say(language, "dismiss")}</button>
          </p>`
        : nothing
    }
  </div>`;
}
