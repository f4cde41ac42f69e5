/** Moving a depot: where the held one may go, what the move changed, and the way back. */

import { html, nothing, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { StudySite } from "../api/studies";
import type { Cockpit } from "../state/cockpit";
import { type Reserve, shownPlan } from "../state/reserve";
import { pick, say } from "../words";
import { percent, signed } from "../words/numbers";
import type { Actions } from "./actions";
import { jobProgress } from "./job";

function freeSites(reserve: Reserve): readonly StudySite[] {
  const open = new Set(shownPlan(reserve)?.depots.map((depot) => depot.facility));
  return reserve.study.sites.filter((site) => !open.has(site.facility));
}

function target(reserve: Reserve, { language }: Cockpit, actions: Actions): TemplateResult {
  const choose = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    if (value) {
      actions.moveDepot(value === "close" ? null : value);
    }
  };
  return html`<label class="field" id="move-depot">
    <span>${say(language, "moveHeld")}</span>
    <select @change=${choose}>
      <option value="">${say(language, "moveWhere")}</option>
      ${freeSites(reserve).map(
        (site) =>
          html`<option value=${site.facility}>${pick(language, site.name)} · ${say(language, "survives", { share: percent(site.survives) })}</option>`,
      )}
      <option value="close">${say(language, "moveClose")}</option>
    </select>
  </label>`;
}

function change(reserve: Reserve, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { moved } = reserve;
  const { language, job } = cockpit;
  const isBusy = job !== null && !hasEnded(job);
  if (!moved) {
    return html`${nothing}`;
  }
  const tone = moved.difference_person_hours <= 0 ? "good" : "bad";
  return html`<div class="moved" id="moved-plan" data-plan=${reserve.plan}>
    <p><b class=${tone}>${signed(language, moved.difference_person_hours)} ${say(language, "unit_person_hours")}</b>
      · ${signed(language, moved.difference_yuan)} ${say(language, "unit_yuan_year")}</p>
    <p class="faint">${pick(language, moved.label)}</p>
    ${moved.broken_rules.map((rule) => html`<p class="bad">${pick(language, rule)}</p>`)}
    ${
      moved.is_replayed
        ? nothing
        : html`<button type="button" class="primary" id="replay-plan" ?disabled=${isBusy} @click=${actions.replayPlan}>${say(language, "replayPlan")}</button>`
    }
    <button type="button" class="plain" id="undo-move" @click=${actions.undoMove}>${say(language, "undo")}</button>
    ${moved.is_replayed ? nothing : jobProgress(cockpit, actions, "replay")}
  </div>`;
}

export function moves(reserve: Reserve, cockpit: Cockpit, actions: Actions): TemplateResult {
  return html`${change(reserve, cockpit, actions)}
    ${
      reserve.held
        ? target(reserve, cockpit, actions)
        : html`<p class="faint">${say(cockpit.language, "moveHint")}</p>`
    }`;
}
