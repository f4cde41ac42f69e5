/** The service curve Q(t) of the chosen place, with the moment shown. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { clampTime } from "../state/clock";
import { type Cockpit, runSpan } from "../state/cockpit";
import { linePath, valueAt } from "../state/series";
import { pick, say } from "../words";
import { moment, percent } from "../words/numbers";
import { css, section } from "./draw";

const WIDTH = 320;
const HEIGHT = 76;

interface Series {
  readonly time_s: readonly number[];
  readonly quality: readonly number[];
}

function picture(series: Series, cockpit: Cockpit): TemplateResult {
  const colours = cockpit.scene?.curve;
  const line = linePath(series, WIDTH, HEIGHT);
  const grid = [0.25, 0.5, 0.75].map(
    (share) =>
      svg`<line x1="0" x2=${WIDTH} y1=${HEIGHT * share} y2=${HEIGHT * share} stroke=${css(colours?.grid)} />`,
  );
  return svg`${grid}
    <path d="${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z" fill=${css(colours?.fill)} />
    <path d=${line} fill="none" stroke=${css(colours?.line)} stroke-width="1.6" vector-effect="non-scaling-stroke" />`;
}

export function serviceCurve(cockpit: Cockpit): TemplateResult {
  const { language, run, clock, places, place } = cockpit;
  const series: Series | undefined = cockpit.curve ?? run?.curve;
  const span = runSpan(run);
  if (!series || !span) {
    return html`${nothing}`;
  }
  const share = (clampTime(span, clock.time_s) - span.start_s) / (span.end_s - span.start_s);
  const now = valueAt(series, series.quality, clock.time_s) ?? 1;
  const lowest = Math.min(...series.quality);
  const when = series.time_s[series.quality.indexOf(lowest)] ?? 0;
  const body = html`<div class="curve">
    <div class="curve-plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${say(language, "serviceCurve")} ${percent(now)}">
      ${guard([series, cockpit.scene], () => picture(series, cockpit))}
      <line class="now" x1=${share * WIDTH} x2=${share * WIDTH} y1="0" y2=${HEIGHT} />
    </svg>
    <i class="dot" style="left:${share * 100}%;top:${(1 - now) * 100}%"></i></div>
    <div class="curve-foot">
      <span>${moment(span.start_s)}</span>
      <span>${say(language, "lowest")} ${percent(lowest)} · ${moment(when)}</span>
      <span>${moment(span.end_s)}</span>
    </div>
  </div>`;
  const aside = html`${pick(language, places.get(place)?.name)}
    <b class="big">${percent(now)}</b>`;
  return section(say(language, "serviceCurve"), body, aside);
}
