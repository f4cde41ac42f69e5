/** The form that asks where reserves should stand, and the answer with its proof. */

import { html, nothing, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { Cockpit } from "../state/cockpit";
import { say, type WordKey } from "../words";
import { count, percent } from "../words/numbers";
import type { Actions } from "./actions";
import { figure } from "./draw";
import { jobProgress } from "./job";

const MODELS = ["p-median", "coverage"] as const;

function submit(event: SubmitEvent, cockpit: Cockpit, actions: Actions): void {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  actions.startPlacement({
    city: cockpit.city?.name ?? "",
    depots: Number(form.get("depots")),
    within_minutes: Number(form.get("within")),
    model: MODELS.find((model) => model === form.get("model")) ?? "p-median",
  });
}

function answer(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { placement, language } = cockpit;
  if (!placement) {
    return html`${nothing}`;
  }
  const covered = placement.covered_residents;
  const proof = say(language, placement.is_proven ? "proven" : "notProven");
  return html`<div class="answer" id="placement-answer">
    <dl class="figures">
      ${figure(say(language, "openDepots"), count(language, placement.open.length), "")}
      ${figure(say(language, "covered"), count(language, covered), say(language, "unit_persons"), "good")}
    </dl>
    <p class="faint">${proof} · ${say(language, "gap")} ${percent(placement.gap, 2)}</p>
    <ul class="rows">
      ${placement.open.map((depot) => html`<li>${depot.name[language]}</li>`)}
    </ul>
    <button type="button" class="plain" id="clear-placement" @click=${actions.clearPlacement}>${say(language, "clearPlacement")}</button>
  </div>`;
}

export function placementForm(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, job } = cockpit;
  const isBusy = job !== null && !hasEnded(job);
  return html`<form class="form" id="placement-form" @submit=${(event: SubmitEvent) => submit(event, cockpit, actions)}>
      <label class="field">
        <span>${say(language, "depots")}</span>
        <input name="depots" type="number" min="1" max="50" step="1" value="3" required inputmode="numeric" />
      </label>
      <label class="field">
        <span>${say(language, "within")}</span>
        <input name="within" type="number" min="1" max="240" step="1" value="30" required inputmode="numeric" />
      </label>
      <label class="field">
        <span>${say(language, "model")}</span>
        <select name="model">
          ${MODELS.map((model) => html`<option value=${model}>${say(language, `model_${model}` as WordKey)}</option>`)}
        </select>
      </label>
      <button type="submit" class="primary wide-button" id="solve" ?disabled=${isBusy}>${say(language, "solve")}</button>
    </form>
    ${jobProgress(cockpit, actions, "placement")} ${answer(cockpit, actions)}`;
}
