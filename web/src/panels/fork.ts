/** What if from here: another option at the shown moment, played on as a run of its own. */

import { html, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { Decision, RunResult } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { answerOf, canLeave, openDecisions } from "../state/forks";
import { pick, say } from "../words";
import { moment } from "../words/numbers";
import type { Actions } from "./actions";
import { jobProgress } from "./job";

function field(decision: Decision, run: RunResult, { language }: Cockpit): TemplateResult {
  const taken = answerOf(run, decision);
  return html`<label class="field">
    <span>${decision.id} · ${pick(language, decision.question)}</span>
    <select name=${decision.id}>
      ${decision.options.map(
        (
          option,
        ) => html`<option value=${option.id === taken ? "" : option.id} ?selected=${option.id === taken}>
          ${pick(language, option.title)}${option.id === taken ? say(language, "forkAsPlayed") : ""}
        </option>`,
      )}
    </select>
  </label>`;
}

function form(run: RunResult, at_s: number, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, drill, events, job } = cockpit;
  const open = drill ? openDecisions(drill, events, at_s) : [];
  if (!canLeave(run, at_s) || open.length === 0) {
    const why = canLeave(run, at_s) ? "forkAllMade" : "forkOutside";
    return html`<p class="faint" id="fork-none">${say(language, why)}</p>`;
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const chosen = [...new FormData(event.target as HTMLFormElement)]
      .map(([id, option]) => [id, String(option)] as const)
      .filter(([, option]) => option !== "");
    actions.startFork({ at_s, decisions: Object.fromEntries(chosen) });
  };
  const isBusy = job !== null && !hasEnded(job);
  return html`<form class="form" id="fork-form" @submit=${submit}>
    ${open.map((decision) => field(decision, run, cockpit))}
    <button type="submit" class="primary wide-button" id="start-fork" ?disabled=${isBusy}>
      ${say(language, "forkStart", { time: moment(at_s) })}
    </button>
  </form>`;
}

export function whatIf(run: RunResult, cockpit: Cockpit, actions: Actions): TemplateResult {
  const at_s = Math.floor(cockpit.clock.time_s);
  return html`<details class="versus-fork-form" id="what-if" ?open=${!cockpit.versus}>
    <summary>${say(cockpit.language, "forkTitle", { time: moment(at_s) })}</summary>
    <p class="faint">${say(cockpit.language, "forkHint")}</p>
    ${form(run, at_s, cockpit, actions)} ${jobProgress(cockpit, actions, "fork")}
  </details>`;
}
