/** How the run was kept going: hospitals, relief supplies, the five levels of command. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { HospitalRecord, LevelLoad } from "../api/operations";
import type { RunResult } from "../api/types";
import { type Cockpit, facilityName } from "../state/cockpit";
import { type Language, say, type WordKey } from "../words";
import { count, decimal, percent } from "../words/numbers";
import { section } from "./draw";
import { relief } from "./relief";

/** Hospitals that did something; clinics that nobody came to say nothing. */
export function busyHospitals(hospitals: readonly HospitalRecord[]): readonly HospitalRecord[] {
  return hospitals
    .filter((one) => one.beds > 0 || treatedBy(one) + one.died + one.diverted > 0)
    .toSorted((a, b) => b.peak_occupancy - a.peak_occupancy);
}

export function treatedBy({ treated }: HospitalRecord): number {
  return Object.values(treated).reduce((sum, people) => sum + people, 0);
}

function hospitalRow(one: HospitalRecord, cockpit: Cockpit): TemplateResult {
  const { language } = cockpit;
  const isFull = one.peak_occupancy > 1;
  const beds =
    one.beds > 0
      ? say(language, "hospitalBeds", { beds: one.beds, surge: one.surge_beds })
      : say(language, "hospitalNoBeds");
  const done = [
    say(language, "hospitalTreated", { n: count(language, treatedBy(one)) }),
    say(language, "hospitalDied", { n: count(language, one.died) }),
    say(language, "hospitalDiverted", { n: count(language, one.diverted) }),
    say(language, "hospitalClosed", { hours: decimal(language, one.diversion_hours) }),
  ];
  return html`<li class="ops-row ${isFull ? "missed" : "met"}" data-hospital=${one.facility}>
    <span>${facilityName(cockpit, one.facility)} <small>${beds}</small></span>
    <b>${one.beds > 0 ? percent(one.peak_occupancy) : "–"}</b>
    <i class="ops-share" style="--share:${Math.min(1, one.peak_occupancy) * 100}%"></i>
    <small>${done.join(" · ")}</small>
  </li>`;
}

function hospitals(run: RunResult, cockpit: Cockpit): TemplateResult {
  const { language } = cockpit;
  const body = html`<p class="faint">${say(language, "hospitalsHint")}</p>
    <ul class="ops-rows" id="ops-hospitals">
      ${busyHospitals(run.hospitals ?? []).map((one) => hospitalRow(one, cockpit))}
    </ul>`;
  return section(say(language, "hospitalsTitle"), body);
}

function minutes(language: Language, value: number | null): string {
  return value === null ? "–" : decimal(language, value, value < 10 ? 1 : 0);
}

function levelRow(row: LevelLoad, language: Language): TemplateResult {
  return html`<tr data-level-load=${row.level}>
    <th scope="row">${say(language, `level_${row.level}` as WordKey)}</th>
    <td>${count(language, row.matters)}</td>
    <td>${count(language, row.closed)}</td>
    <td>${count(language, row.escalated)}</td>
    <td>${minutes(language, row.wait_p50_minutes)} / ${minutes(language, row.wait_p90_minutes)}</td>
    <td>${percent(row.load, 1)}</td>
  </tr>`;
}

function levels(rows: readonly LevelLoad[], { language }: Cockpit): TemplateResult {
  const heads = [
    "levelName",
    "levelMatters",
    "levelClosed",
    "levelEscalated",
    "levelWait",
    "levelLoad",
  ] as const;
  const body = html`<p class="faint">${say(language, "levelsHint")}</p>
    <table class="ops-levels" id="ops-levels">
      <thead><tr>${heads.map((key) => html`<th scope="col">${say(language, key)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => levelRow(row, language))}</tbody>
    </table>`;
  return section(say(language, "levelsTitle"), body);
}

export function operationsPanel(cockpit: Cockpit): TemplateResult {
  const { run, language } = cockpit;
  if (!run) {
    return html`<p class="faint">${say(language, "operationsNoRun")}</p>`;
  }
  const { hospitals: records = [], relief: supplies, levels: loads = [] } = run;
  const isKept = records.length > 0 || supplies || loads.length > 0;
  return html`<div id="operations">
    ${isKept ? nothing : html`<p class="faint">${say(language, "operationsOld")}</p>`}
    ${records.length > 0 ? hospitals(run, cockpit) : nothing}
    ${supplies ? relief(supplies, run, cockpit) : nothing}
    ${loads.length > 0 ? levels(loads, cockpit) : nothing}
  </div>`;
}
