/** What came of two runs: red lines, ratings, indicators, resilience, and the grids that changed. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Figure, PlaceDifference, RedLinePair } from "../api/comparison";
import type { RunResult } from "../api/types";
import { type Cockpit, placeName } from "../state/cockpit";
import {
  indicatorTone,
  ratingTone,
  redLineTone,
  riseTone,
  type Tone,
  type Versus,
} from "../state/comparison";
import { type Language, pick, say } from "../words";
import { decimal, gap, measured } from "../words/numbers";
import type { Actions } from "./actions";

const GRIDS = 6;

interface Row {
  readonly id: string;
  readonly title: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string;
  readonly tone: Tone;
  readonly isSame: boolean;
}

function value(language: Language, { unit }: Figure, number: number | null): string {
  return number === null ? say(language, "notMeasured") : measured(language, number, unit);
}

function figureRow(figure: Figure, tone: Tone, language: Language): Row {
  const { id, title, a, b, unit, difference } = figure;
  return {
    id,
    title: pick(language, title),
    a: value(language, figure, a),
    b: value(language, figure, b),
    difference: difference === null ? "–" : gap(language, difference, unit),
    tone,
    isSame: a === b,
  };
}

function redLineRow(line: RedLinePair, language: Language): Row {
  const said = (isBroken: boolean | null, hours: number | null): string =>
    isBroken === null || hours === null
      ? "–"
      : isBroken
        ? say(language, "red_broken", { hours: decimal(language, hours) })
        : say(language, "red_held");
  const { a_hours, b_hours } = line;
  const isMeasured = a_hours !== null && b_hours !== null;
  return {
    id: line.id,
    title: `${line.id} ${pick(language, line.title)}`,
    a: said(line.a_broken, a_hours),
    b: said(line.b_broken, b_hours),
    difference: isMeasured ? gap(language, b_hours - a_hours, "h") : "–",
    tone: redLineTone(line),
    isSame: line.a_broken === line.b_broken && a_hours === b_hours,
  };
}

function rowsOf({ found, other }: Versus, run: RunResult, language: Language): Row[] {
  const indicators = [...run.kpis, ...other.kpis];
  return [
    ...found.red_lines.map((line) => redLineRow(line, language)),
    ...found.ratings.map((pair) => ({
      id: pair.objective,
      title: pick(language, pair.title),
      a: pair.a ?? "–",
      b: pair.b ?? "–",
      difference: "",
      tone: ratingTone(pair),
      isSame: pair.a === pair.b,
    })),
    figureRow(found.resilience, riseTone(found.resilience.difference), language),
    ...found.kpis.map((figure) =>
      figureRow(figure, indicatorTone(figure.difference, figure.id, indicators), language),
    ),
  ];
}

function drawn(row: Row): TemplateResult {
  return html`<li class="versus-row ${row.tone}" data-outcome=${row.id}>
    <span>${row.title}</span>
    <b>${row.difference || `${row.a} → ${row.b}`}</b>
    ${row.difference ? html`<small>${row.a} → ${row.b}</small>` : nothing}
  </li>`;
}

/** What differs, worst news first; what is the same is only counted, and can be opened. */
export function outcomes(versus: Versus, run: RunResult, { language }: Cockpit): TemplateResult {
  const rows = rowsOf(versus, run, language);
  const order: Readonly<Record<Tone, number>> = { worse: 0, better: 1, "": 2 };
  const differing = rows.filter((row) => !row.isSame);
  const same = rows.filter((row) => row.isSame);
  return html`<ul class="versus-rows" id="versus-outcomes">
      ${differing.toSorted((x, y) => order[x.tone] - order[y.tone]).map(drawn)}
    </ul>
    ${
      same.length > 0
        ? html`<details class="versus-same"><summary>${say(language, "outcomeSame", { n: same.length })}</summary>
          <ul class="versus-rows">${same.map((row) => html`<li class="versus-row"><span>${row.title}</span><b>${row.b}</b></li>`)}</ul>
        </details>`
        : nothing
    }`;
}

function gridRow(grid: PlaceDifference, cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language } = cockpit;
  const tone = riseTone(grid.difference);
  return html`<li class="versus-row ${tone}">
    <button type="button" class="row-button" data-grid=${grid.code} @click=${() => actions.choosePlace(grid.code)}>
      <span>${placeName(cockpit, grid.code)}</span>
      <b>${gap(language, grid.difference, "")}</b>
      <small>${decimal(language, grid.a)} → ${decimal(language, grid.b)}</small>
    </button>
  </li>`;
}

export function changedGrids({ found }: Versus, cockpit: Cockpit, actions: Actions) {
  const { language } = cockpit;
  if (found.grids.length === 0) {
    return html`<p class="faint">${say(language, "gridsNone")}</p>`;
  }
  return html`<ul class="versus-rows" id="versus-grids">
      ${found.grids.slice(0, GRIDS).map((grid) => gridRow(grid, cockpit, actions))}
    </ul>
    <p class="faint">${say(language, "gridsMore", { n: found.grids.length })}</p>`;
}
