/** What the run concludes: worst grids, ratings, indicators, whistles. */

import { html, type TemplateResult } from "lit-html";
import type { Indicator } from "../api/types";
import { type Cockpit, organisationName, placeName } from "../state/cockpit";
import { pick, say, sayId, type WordKey } from "../words";
import { decimal, measured, moment } from "../words/numbers";
import type { Actions } from "./actions";
import { css, section } from "./draw";

const GRID_DIGITS = 15;
const WORST = 3;

export function worstGrids(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, run, places, scene } = cockpit;
  const worst = Object.entries(run?.resilience.levels ?? {})
    .filter(([code]) => code.length === GRID_DIGITS)
    .sort((a, b) => a[1].index - b[1].index || (a[0] < b[0] ? -1 : 1))
    .slice(0, WORST);
  const rows = worst.map(([code, grid]) => {
    const colour = css(scene?.bands.find((one) => one.band === grid.band)?.colour);
    const why = grid.worst_function
      ? say(language, "why", {
          function: sayId(language, "function", grid.worst_function),
          time: grid.worst_s === null ? "–" : moment(grid.worst_s),
        })
      : "";
    return html`<li>
      <button type="button" class="worst" @click=${() => actions.choosePlace(code)}>
        <b style="--band:${colour}">${decimal(language, grid.index)}</b>
        <span>${pick(language, places.get(code)?.name) || code}<small>${why}</small></span>
      </button>
    </li>`;
  });
  return section(say(language, "worstGrids"), html`<ul class="rows">${rows}</ul>`);
}

function ratingRows(cockpit: Cockpit): TemplateResult[] {
  const { language, run, scene } = cockpit;
  return (run?.ratings ?? []).map((rating) => {
    const look = scene?.ratings[rating.rating];
    const word = pick(language, look?.title) || say(language, `rating_${rating.rating}` as WordKey);
    return html`<li class="rating">
      <b style="--band:${css(look?.colour)}" title=${word}>${rating.rating}</b>
      <span>${pick(language, rating.title)}<small>${pick(language, rating.because) || word}</small></span>
    </li>`;
  });
}

function indicatorRow(cockpit: Cockpit, indicator: Indicator): TemplateResult {
  const { language } = cockpit;
  const { value, unit, op, met } = indicator;
  const shown = value === null ? say(language, "notMeasured") : measured(language, value, unit);
  const limit = `${op === ">=" ? "≥" : "≤"} ${measured(language, indicator.pass, unit)}`;
  return html`<tr class=${value === null ? "unknown" : met ? "met" : "missed"}>
    <th scope="row">${pick(language, indicator.title)}</th>
    <td>${shown}</td>
    <td class="limit" title=${indicator.citation}>${limit} <i>${indicator.basis}</i></td>
  </tr>`;
}

export function ratings(cockpit: Cockpit): TemplateResult {
  const { language, run } = cockpit;
  const body = html`<ul class="rows">${ratingRows(cockpit)}</ul>
    <h3>${say(language, "kpis")}</h3>
    <table class="kpis">
      <tbody>${(run?.kpis ?? []).map((one) => indicatorRow(cockpit, one))}</tbody>
    </table>`;
  return section(say(language, "ratings"), body);
}

export function whistles(cockpit: Cockpit): TemplateResult {
  const { language, run, clock } = cockpit;
  const rows = (run?.whistles ?? []).map((whistle) => {
    const minutes = whistle.report_in_minutes;
    const came =
      minutes === null
        ? say(language, "notReported")
        : say(language, "reportIn", { minutes: decimal(language, minutes, 0) });
    const share = Math.min(1, (minutes ?? Number.POSITIVE_INFINITY) / (whistle.within_minutes * 2));
    return html`<li class="whistle ${whistle.met ? "met" : "missed"} ${whistle.time_s > clock.time_s ? "later" : ""}">
      <span class="time">${moment(whistle.time_s)}</span>
      <span>${placeName(cockpit, whistle.place)} → ${organisationName(cockpit, whistle.to)}</span>
      <b>${came}</b>
      <div class="gauge" style="--share:${share * 100}%"><i></i></div>
      <small>${say(language, "norm", { minutes: whistle.within_minutes })}</small>
    </li>`;
  });
  const body =
    rows.length > 0
      ? html`<ul class="rows">${rows}</ul>`
      : html`<p class="faint">${say(language, "noWhistles")}</p>`;
  return section(say(language, "whistles"), body);
}
