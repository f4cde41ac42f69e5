/** Two runs side by side: which, what was asked differently, where they part, what came of it. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { RunResult, RunSummary } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import {
  type AskRow,
  askedOf,
  countKinds,
  partingAt,
  rivals,
  type Versus,
} from "../state/comparison";
import { pick, say, type WordKey } from "../words";
import { moment } from "../words/numbers";
import type { Actions } from "./actions";
import { whatIf } from "./fork";
import { changedGrids, outcomes } from "./outcomes";
import { eventLine } from "./saying";

const SHORT = 6;

/** A run as people tell runs apart: seed, choices, and whether it is a fork. */
function label(one: RunSummary, { language }: Cockpit): string {
  const chosen = Object.entries(one.decisions ?? {}).map(([id, option]) => `${id}=${option}`);
  const fork = one.forked_at_s === null || one.forked_at_s === undefined;
  return [
    one.run.slice(0, SHORT),
    `${say(language, "seed")} ${one.seed}`,
    ...chosen,
    ...(fork ? [] : [`⑂ ${moment(one.forked_at_s ?? 0)}`]),
  ].join(" · ");
}

function picker(run: RunResult, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, runs, versus } = cockpit;
  const others = rivals(runs, run);
  if (others.length === 0) {
    return html`<p class="faint" id="versus-alone">${say(language, "compareAlone")}</p>`;
  }
  const choose = (event: Event): void =>
    actions.compareWith((event.target as HTMLSelectElement).value || null);
  return html`<label class="field">
      <span>${say(language, "compareWith")}</span>
      <select id="versus-picker" @change=${choose}>
        <option value="" ?selected=${!versus}>${say(language, "compareNone")}</option>
        ${others.map(
          (one) =>
            html`<option value=${one.run} ?selected=${one.run === versus?.other.run}>${label(one, cockpit)}</option>`,
        )}
      </select>
    </label>
    ${
      versus || cockpit.isComparing
        ? nothing
        : html`<p class="faint" id="versus-empty">${say(language, "compareChoose")}</p>`
    }
    ${cockpit.isComparing ? html`<p class="faint" aria-live="polite">${say(language, "compareWait")}</p>` : nothing}`;
}

function optionTitle(id: string, option: string, { drill, language }: Cockpit): string {
  const decision = drill?.decisions.find((one) => one.id === id);
  return pick(language, decision?.options.find((one) => one.id === option)?.title) || option;
}

function askRow(row: AskRow, cockpit: Cockpit): TemplateResult {
  const { language } = cockpit;
  const isDecision = row.what === "decision";
  const value = (text: string): string =>
    isDecision
      ? optionTitle(row.id, text, cockpit)
      : (row.what === "reserve" ? text.slice(0, SHORT) : text) || say(language, "ask_unset");
  const name = isDecision ? row.id : say(language, `ask_${row.what}` as WordKey);
  return html`<li data-asked=${row.id}><span>${name}</span><b>${value(row.a)} → ${value(row.b)}</b></li>`;
}

/** What a fork changed, in words. */
export function changeLines({ change }: RunResult, cockpit: Cockpit): string[] {
  const { language } = cockpit;
  const { decisions = {}, norms = {}, moves = {}, without = [], injects = [] } = change ?? {};
  return [
    ...Object.entries(decisions).map(([id, one]) => `${id} → ${optionTitle(id, one, cockpit)}`),
    ...Object.entries(norms).map(([name, value]) => say(language, "forkNorm", { name, value })),
    ...Object.entries(moves).map(([name, at]) =>
      say(language, "forkMove", { name, time: moment(at) }),
    ),
    ...without.map((name) => say(language, "forkWithout", { name })),
    ...injects.map(({ id }) => say(language, "forkInject", { name: id })),
  ];
}

function forkRow(run: RunResult, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { parent, forked_at_s } = run;
  if (!parent || forked_at_s === null || forked_at_s === undefined) {
    return html`${nothing}`;
  }
  const said = say(cockpit.language, "forkOf", {
    run: run.run.slice(0, SHORT),
    parent: parent.slice(0, SHORT),
    time: moment(forked_at_s),
  });
  return html`<li class="versus-fork"><button type="button" class="row-button" @click=${() => actions.scrub(forked_at_s)}>
    <span>${said}</span><small>${changeLines(run, cockpit).join(" · ")}</small>
  </button></li>`;
}

function asked({ other }: Versus, run: RunResult, cockpit: Cockpit, actions: Actions) {
  const rows = askedOf(other, run, cockpit.drill?.decisions ?? []);
  const isSame = rows.length === 0 && !other.parent && !run.parent;
  return html`<h3>${say(cockpit.language, "askTitle")}</h3>
    ${
      isSame
        ? html`<p class="faint">${say(cockpit.language, "askSame")}</p>`
        : html`<ul class="versus-asked" id="versus-asked">
          ${rows.map((row) => askRow(row, cockpit))}
          ${forkRow(other, cockpit, actions)} ${forkRow(run, cockpit, actions)}
        </ul>`
    }`;
}

function parting({ found }: Versus, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language } = cockpit;
  const time_s = partingAt(found);
  if (time_s === null || !found.parting) {
    return html`<p class="faint" id="versus-same">${say(language, "partingNone")}</p>`;
  }
  const { a, b } = found.parting;
  const line = (event: typeof a): string =>
    event ? `${moment(event.time_s)} ${eventLine(cockpit, event)}` : say(language, "partingEnd");
  return html`<button type="button" class="row-button versus-parting" id="versus-parting" data-time=${time_s}
      @click=${() => actions.scrub(time_s)}>
      <b>${moment(time_s)}</b>
      <small>${say(language, "partingOther")}: ${line(a)}</small>
      <small>${say(language, "partingThis")}: ${line(b)}</small>
    </button>
    <p class="faint">${say(language, "eventsDiffer", { ...countKinds(found.kinds) })}</p>`;
}

function comparison(versus: Versus, run: RunResult, cockpit: Cockpit, actions: Actions) {
  const { language } = cockpit;
  return html`<div class="versus" id="versus">
    <p class="faint">${say(language, "compareLegend", {
      other: versus.other.run.slice(0, SHORT),
      run: run.run.slice(0, SHORT),
    })}</p>
    ${asked(versus, run, cockpit, actions)}
    <h3>${say(language, "partingTitle")}</h3>
    ${parting(versus, cockpit, actions)}
    <h3>${say(language, "outcomeTitle")}</h3>
    ${outcomes(versus, run, cockpit)}
    <h3>${say(language, "gridsTitle")}</h3>
    ${changedGrids(versus, cockpit, actions)}
  </div>`;
}

export function comparePanel(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { run, versus, language } = cockpit;
  if (!run) {
    return html`<p class="faint" id="versus-no-run">${say(language, "compareNoRun")}</p>`;
  }
  return html`${picker(run, cockpit, actions)} ${whatIf(run, cockpit, actions)}
    ${versus ? comparison(versus, run, cockpit, actions) : nothing}`;
}
