/** The form that starts a run: drill, seed, decisions. */

import { html, nothing, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { Decision } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { pick, say } from "../words";
import type { Actions } from "./actions";
import { jobProgress } from "./job";

function submit(event: SubmitEvent, cockpit: Cockpit, actions: Actions): void {
  event.preventDefault();
  const form = new FormData(event.target as HTMLFormElement);
  const decisions: Record<string, string> = {};
  for (const [name, value] of form) {
    if (name.startsWith("decision-") && value !== "") {
      decisions[name.slice("decision-".length)] = String(value);
    }
  }
  actions.startRun({
    city: cockpit.city?.name ?? "",
    drill: String(form.get("drill")),
    seed: Number(form.get("seed")),
    decisions,
  });
}

function decisionField(cockpit: Cockpit, decision: Decision): TemplateResult {
  const { language } = cockpit;
  return html`<label class="field">
    <span>${decision.id} · ${pick(language, decision.question)}</span>
    <select name="decision-${decision.id}">
      ${decision.options.map(
        (option) => html`<option value=${option.id === decision.default ? "" : option.id}
          ?selected=${option.id === decision.default}>
          ${pick(language, option.title)}${option.id === decision.default ? say(language, "decision_preset") : ""}
        </option>`,
      )}
    </select>
  </label>`;
}

export function runForm(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, drills, drill, job } = cockpit;
  const isBusy = job !== null && !hasEnded(job);
  return html`<form class="form" id="run-form" @submit=${(event: SubmitEvent) => submit(event, cockpit, actions)}>
      <p class="lead">${pick(language, cockpit.city?.title)}</p>
      <label class="field">
        <span>${say(language, "drill")}</span>
        <select name="drill">
          ${drills.map((one) => html`<option value=${one.name} ?selected=${one.name === drill?.id}>${pick(language, one.title)}</option>`)}
        </select>
      </label>
      <label class="field">
        <span>${say(language, "seed")}</span>
        <input name="seed" type="number" min="0" step="1" value="1" required inputmode="numeric" />
        <small>${say(language, "seed_hint")}</small>
      </label>
      ${drill ? drill.decisions.map((decision) => decisionField(cockpit, decision)) : nothing}
      <button type="submit" class="primary wide-button" id="start-run" ?disabled=${isBusy}>${say(language, "start")}</button>
    </form>
    ${jobProgress(cockpit, actions, "run")}`;
}
