/** The leaders' panel, in the order leaders read: lines broken, curve, here and now, worst, verdict. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Cockpit } from "../state/cockpit";
import { say } from "../words";
import type { Actions } from "./actions";
import { conversions } from "./conversion";
import { serviceCurve } from "./curve";
import { icon } from "./draw";
import { numbers, type Residents } from "./numbers";
import { redLines } from "./redlines";
import { ratings, whistles, worstGrids } from "./verdict";

export function leaders(cockpit: Cockpit, actions: Actions, residents: Residents): TemplateResult {
  const { language, run, isLeadersOpen, city } = cockpit;
  if (!city) {
    return html`${nothing}`;
  }
  return html`<button type="button" class="leaders-toggle" id="toggle-leaders"
      aria-expanded=${isLeadersOpen ? "true" : "false"}
      aria-label=${say(language, isLeadersOpen ? "closePanel" : "openPanel")}
      @click=${actions.toggleLeaders}>${icon("forward")}</button>
    <main class="leaders" ?hidden=${!isLeadersOpen} aria-label=${say(language, "leaders")} tabindex="0">
      ${run ? redLines(cockpit) : nothing} ${serviceCurve(cockpit)}
      ${numbers(cockpit, actions, residents)}
      ${
        run
          ? html`${worstGrids(cockpit, actions)} ${ratings(cockpit)} ${whistles(cockpit)}
            ${conversions(cockpit)}`
          : nothing
      }
    </main>`;
}
