/** How far a run or a placement is. */

import { html, nothing, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { Job } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { say, type WordKey } from "../words";
import { percent } from "../words/numbers";
import type { Actions } from "./actions";

export function jobProgress(cockpit: Cockpit, actions: Actions, kind: Job["kind"]): TemplateResult {
  const { job, language } = cockpit;
  if (job?.kind !== kind) {
    return html`${nothing}`;
  }
  return html`<div class="job" data-status=${job.status}>
    <div class="job-line">
      <b>${say(language, `job_${job.status}` as WordKey)}</b>
      <span>${percent(job.progress)}</span>
    </div>
    <progress max="1" .value=${job.progress} aria-label=${say(language, "progress")}></progress>
    <p class="faint" aria-live="polite">${job.message}</p>
    ${
      hasEnded(job)
        ? nothing
        : html`<button type="button" class="plain" id="cancel-job" @click=${actions.cancelJob}>${say(language, "cancel")}</button>`
    }
  </div>`;
}
