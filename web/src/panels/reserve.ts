/** Reserve studies: which there are, the front of one, a plan, and what the next yuan buys. */

import { html, nothing, type TemplateResult } from "lit-html";
import { hasEnded } from "../api/jobs";
import type { Depot, Disagreement, FrontPoint, ReplayMeasure, YuanRow } from "../api/studies";
import type { Cockpit } from "../state/cockpit";
import { RESERVE_LAYERS, type Reserve, shownPlan } from "../state/reserve";
import { pick, say, sayId } from "../words";
import { compact, count, decimal, percent, signed } from "../words/numbers";
import type { Actions } from "./actions";
import { figure } from "./draw";
import { front, ofBase, replayed, UNMET } from "./front";
import { jobProgress } from "./job";
import { legend } from "./legend";
import { moves } from "./moves";
import { standing } from "./standing";

function ask(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, questions, job } = cockpit;
  const isBusy = job !== null && !hasEnded(job);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    actions.startStudy(String(form.get("question")));
  };
  return html`<form class="form" id="study-form" @submit=${submit}>
      <label class="field">
        <span>${say(language, "question")}</span>
        <select name="question">
          ${questions.map((one) => html`<option value=${one.name}>${pick(language, one.title)}</option>`)}
        </select>
      </label>
      ${questions.slice(0, 1).map((one) => html`<p class="faint">${pick(language, one.summary)}</p>`)}
      <button type="submit" class="primary wide-button" id="start-study" ?disabled=${isBusy || questions.length === 0}>
        ${say(language, "startStudy")}
      </button>
    </form>
    ${jobProgress(cockpit, actions, "study")}`;
}

function list(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, studies } = cockpit;
  if (studies.length === 0) {
    return html`<p class="faint">${say(language, "noStudies")}</p>`;
  }
  return html`<ul class="rows" id="studies">
    ${studies.map(
      (one) => html`<li><button type="button" class="row-button" data-study=${one.study}
        @click=${() => actions.openStudy(one.study)}>
        <b>${pick(language, one.title)}</b>
        <small>${one.study.slice(0, 6)} · ${say(language, "plansOf", { n: one.points })}</small>
      </button></li>`,
    )}
  </ul>`;
}

function pointRow(point: FrontPoint, reserve: Reserve, cockpit: Cockpit, actions: Actions) {
  const { language } = cockpit;
  const drill = replayed(point, UNMET);
  const isChosen = point.point === reserve.point;
  return html`<tr class=${isChosen ? "chosen" : ""}>
    <td><button type="button" data-point=${point.point} aria-pressed=${isChosen ? "true" : "false"}
      @click=${() => actions.choosePoint(point.point)}>${compact(language, point.cost_yuan)}</button></td>
    <td>${compact(language, point.expected.unmet_person_hours)}</td>
    <td>${drill ? compact(language, drill.mean) : "–"}</td>
    <td>${point.certificate.is_proven ? "✓" : percent(point.certificate.gap, 2)}</td>
  </tr>`;
}

/** The first line: what every plan is compared with. */
function baseRow({ study }: Reserve, language: Cockpit["language"]): TemplateResult {
  const { baseline } = study;
  const drill = ofBase(study, UNMET);
  return html`<tr class="today" id="front-base">
    <td>${pick(language, baseline.title)}${baseline.cost_yuan === null ? nothing : html` ${compact(language, baseline.cost_yuan)}`}</td>
    <td>${baseline.expected ? compact(language, baseline.expected.unmet_person_hours) : "–"}</td>
    <td>${drill ? compact(language, drill.mean) : "–"}</td><td>–</td>
  </tr>`;
}

function points(reserve: Reserve, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language } = cockpit;
  return html`<table class="points" id="front-points">
    <thead><tr>
      <th>${say(language, "yuanPerYear")}</th><th>${say(language, "byOptimiser")}<small>${say(language, "unit_person_hours")}</small></th>
      <th>${say(language, "byDrills")}<small>${say(language, "unit_person_hours")}</small></th><th>${say(language, "gap")}</th>
    </tr></thead>
    <tbody>${baseRow(reserve, language)}${reserve.study.points.map((point) => pointRow(point, reserve, cockpit, actions))}</tbody>
  </table>`;
}

function measure(one: ReplayMeasure, { language }: Cockpit): TemplateResult {
  const { mean, low, high } = one.difference;
  const isClear = low !== null && high !== null && (low > 0 || high < 0);
  const isBetter = one.better === "lower" ? mean < 0 : mean > 0;
  const tone = isClear ? (isBetter ? "good" : "bad") : "";
  const range =
    low === null || high === null ? "" : ` [${signed(language, low)}, ${signed(language, high)}]`;
  return html`<li class=${tone}>
    <span>${pick(language, one.title)}</span>
    <b>${compact(language, one.value.mean)} <small>${one.unit === "1" ? "" : one.unit}</small></b>
    <small>${signed(language, mean)}${range}</small>
  </li>`;
}

function disagreement(one: Disagreement, { language }: Cockpit): TemplateResult {
  const value = (number: number | null): string =>
    number === null ? "–" : compact(language, number);
  return html`<li>
    <span>${pick(language, one.title)} <small>${one.unit}</small></span>
    <b>${value(one.optimiser)} → ${value(one.simulation)}</b>
    ${one.because.map((line) => html`<small>${pick(language, line)}</small>`)}
  </li>`;
}

function depotRow(depot: Depot, reserve: Reserve, cockpit: Cockpit, actions: Actions) {
  const { language } = cockpit;
  const isHeld = reserve.held === depot.facility;
  return html`<li><button type="button" class="row-button ${isHeld ? "held" : ""}" data-depot=${depot.facility}
    aria-pressed=${isHeld ? "true" : "false"} @click=${() => actions.holdDepot(depot.facility)}>
    <b>${pick(language, depot.name)}</b>
    <small>${depot.stock
      .map(
        (row) =>
          `${sayId(language, "item", row.item)} ${count(language, row.quantity)} ${row.unit}` +
          (row.mode === "physical" ? "" : ` (${sayId(language, "mode", row.mode)})`),
      )
      .join(" · ")}</small>
  </button></li>`;
}

function plan(reserve: Reserve, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language } = cockpit;
  const shown = shownPlan(reserve);
  if (!shown) {
    return html`${nothing}`;
  }
  const first = shown.expected.first_supply_hours;
  const isPlayed = reserve.moved?.is_replayed ?? true;
  const open = shown.depots.filter((depot) => depot.size !== "");
  const promised = shown.depots.filter((depot) => depot.size === "");
  return html`<dl class="figures">
      ${figure(say(language, "planCost"), compact(language, shown.cost_yuan), say(language, "unit_yuan_year"))}
      ${figure(say(language, "planUnmet"), compact(language, shown.expected.unmet_person_hours), say(language, "unit_person_hours"))}
      ${first === null ? nothing : figure(say(language, "firstSupply"), decimal(language, first), "h")}
      ${shown.tiers.map((tier) => figure(pick(language, tier.title), percent(tier.share), `≤ ${tier.within_hours} h`))}
    </dl>
    ${moves(reserve, cockpit, actions)}
    <h3>${say(language, "openDepots")}</h3>
    ${open.length === 0 ? html`<p class="faint">${say(language, "noneOpen")}</p>` : nothing}
    <ul class="rows" id="plan-depots">${open.map((depot) => depotRow(depot, reserve, cockpit, actions))}</ul>
    ${
      promised.length > 0
        ? html`<details id="promised"><summary>${say(language, "promised", { n: promised.length })}</summary>
          <ul class="rows">${promised.map((depot) => depotRow(depot, reserve, cockpit, actions))}</ul></details>`
        : nothing
    }
    ${standing(shown, reserve.study.districts, language)}
    ${
      shown.replay && isPlayed
        ? html`<h3>${say(language, "replayTitle")}</h3>
          <ul class="measures" id="replay">${shown.replay.measures.map((one) => measure(one, cockpit))}</ul>`
        : nothing
    }
    ${
      shown.disagreement.some((one) => !one.agrees) && isPlayed
        ? html`<h3>${say(language, "disagreeTitle")}</h3>
          <ul class="measures" id="disagreement">${shown.disagreement.filter((one) => !one.agrees).map((one) => disagreement(one, cockpit))}</ul>`
        : nothing
    }`;
}

/** One option; a bar only beside unmet need, since other measures have other units. */
function yuan(row: YuanRow, largest: number, { language }: Cockpit): TemplateResult {
  const { mean, low, high } = row.gain_per_10000_yuan;
  const range =
    low === null || high === null ? "" : ` [${compact(language, low)}, ${compact(language, high)}]`;
  const share = Math.max(mean, 0) / largest;
  return html`<li title=${pick(language, row.because)}>
    <span>${pick(language, row.title)}</span>
    <b>${compact(language, mean)}${range} <small>${row.unit === "1" ? "" : row.unit}</small></b>
    ${row.measure === UNMET ? html`<i class="gain"><i style="width:${share * 100}%"></i></i>` : nothing}
    <small>${sayId(language, "measure", row.measure)} · ${say(language, "costs", { yuan: count(language, row.cost_yuan) })} · ${say(language, row.how === "optimiser" ? "byOptimiser" : "byDrills")}</small>
  </li>`;
}

function nextYuan(reserve: Reserve, cockpit: Cockpit): TemplateResult {
  const rows = reserve.study.next_yuan.toSorted(
    (a, b) =>
      Number(b.measure === UNMET) - Number(a.measure === UNMET) ||
      b.gain_per_10000_yuan.mean - a.gain_per_10000_yuan.mean,
  );
  const hours = rows.filter((row) => row.measure === UNMET);
  const largest = Math.max(...hours.map((row) => row.gain_per_10000_yuan.mean), 1e-9);
  return html`<h3>${say(cockpit.language, "nextYuan")}</h3>
    <p class="faint">${say(cockpit.language, "nextYuanUnit")}</p>
    <ul class="measures yuan" id="next-yuan">${rows.map((row) => yuan(row, largest, cockpit))}</ul>`;
}

/** What the colours of the plan on the map mean. */
function mapKey({ language, specs }: Cockpit): TemplateResult {
  const shown = specs.filter((spec) => RESERVE_LAYERS.includes(spec.id) && spec.legend.length > 0);
  return html`<details id="map-key"><summary>${say(language, "mapKey")}</summary>
    ${shown.map((spec) => html`<b class="faint">${pick(language, spec.title)}</b>${legend(language, spec)}`)}
  </details>`;
}

function reports(reserve: Reserve, { language }: Cockpit): TemplateResult {
  const address = `/api/studies/${reserve.study.study}/report`;
  return html`<p class="downloads">${say(language, "studyReport")}:
    ${["html", "xlsx", "pdf"].map(
      (kind) =>
        html`<a href="${address}.${kind}?language=${language}" target="_blank" rel="noopener">${kind.toUpperCase()}</a> `,
    )}
  </p>`;
}

export function reservePanel(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { reserve, language } = cockpit;
  if (!reserve) {
    return html`<h3>${say(language, "studiesTitle")}</h3>
      ${list(cockpit, actions)} ${ask(cockpit, actions)}`;
  }
  const { study } = reserve;
  return html`<div id="study">
    <header class="study-head">
      <h3>${pick(language, study.title)}</h3>
      <button type="button" class="plain" id="close-study" @click=${actions.closeStudy}>${say(language, "closeStudy")}</button>
    </header>
    ${study.synthetic ? html`<p class="faint">${say(language, "syntheticStudy", { n: study.scenarios.length })}</p>` : nothing}
    ${study.findings.length > 0 ? html`<h3>${say(language, "findings")}</h3><ul class="findings" id="findings">${study.findings.map((line) => html`<li>${pick(language, line)}</li>`)}</ul>` : nothing}
    ${front(study, reserve.point, language)} ${points(reserve, cockpit, actions)}
    ${mapKey(cockpit)} ${plan(reserve, cockpit, actions)} ${nextYuan(reserve, cockpit)} ${reports(reserve, cockpit)}
    ${study.limits.length > 0 ? html`<h3>${say(language, "limits")}</h3><ul class="faint">${study.limits.map((line) => html`<li>${pick(language, line)}</li>`)}</ul>` : nothing}
  </div>`;
}
