/** The front: what a yearly budget buys, as the optimiser expects it and as drills replayed it. */

import { html, nothing, svg, type TemplateResult } from "lit-html";
import type { FrontPoint, Interval, Study } from "../api/studies";
import type { Language } from "../words";
import { pick, say } from "../words";
import { compact, count } from "../words/numbers";

const WIDTH = 320;
const HEIGHT = 150;
const LEFT = 44;
const RIGHT = 10;
const TOP = 10;
const FOOT = 24;

export const UNMET = "unmet_person_hours";

export function replayed(point: FrontPoint, measure: string): Interval | undefined {
  return point.replay?.measures.find((one) => one.measure === measure)?.value;
}

/** What the drills measured of today's stock, or of no reserve at all. */
export function ofBase(study: Study, measure: string): Interval | undefined {
  return study.baseline.measures.find((one) => one.measure === measure)?.value;
}

interface Scale {
  readonly x: (yuan: number) => number;
  readonly y: (hours: number) => number;
  readonly most: number;
  readonly dearest: number;
}

export function scaleOf(study: Study): Scale {
  const tops = study.points.flatMap((point) => {
    const drill = replayed(point, UNMET);
    return [point.expected.unmet_person_hours, drill?.high ?? drill?.mean ?? 0];
  });
  const base = ofBase(study, UNMET);
  tops.push(study.baseline.expected?.unmet_person_hours ?? 0, base?.high ?? base?.mean ?? 0);
  const most = Math.max(study.without.unmet_person_hours, ...tops, 1) * 1.05;
  const costs = study.points.map((point) => point.cost_yuan);
  const dearest = Math.max(study.baseline.cost_yuan ?? 0, ...costs, 1) * 1.05;
  return {
    most,
    dearest,
    x: (yuan) => LEFT + ((WIDTH - LEFT - RIGHT) * yuan) / dearest,
    y: (hours) => HEIGHT - FOOT - ((HEIGHT - TOP - FOOT) * hours) / most,
  };
}

/** Round figures from 0 up to `most`, three to six of them. */
export function ticks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / 3));
  const step = [5, 2, 1].map((one) => one * power).find((one) => one * 2 <= most) ?? power;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, number) => number * step);
}

function axes(scale: Scale, language: Language): TemplateResult {
  return svg`<g class="axis">
    ${ticks(scale.most).map((hours) => {
      const at = scale.y(hours);
      return svg`<line x1=${LEFT} x2=${WIDTH - RIGHT} y1=${at} y2=${at} />
        <text x=${LEFT - 5} y=${at + 3} text-anchor="end">${compact(language, hours)}</text>`;
    })}
    ${ticks(scale.dearest).map(
      (yuan) =>
        svg`<text x=${scale.x(yuan)} y=${HEIGHT - 10} text-anchor="middle">${compact(language, yuan)}</text>`,
    )}
  </g>`;
}

/** Mean and 95 % interval in the drills. */
function whisker(x: number, drill: Interval | undefined, scale: Scale): TemplateResult {
  return drill
    ? svg`<line class="whisker" x1=${x} x2=${x} y1=${scale.y(Math.max(drill.low ?? drill.mean, 0))}
          y2=${scale.y(drill.high ?? drill.mean)} />
        <rect class="drill" x=${x - 3.5} y=${scale.y(drill.mean) - 3.5} width="7" height="7" />`
    : svg``;
}

/** The base stands hollow beside the front: it is no plan of it. */
function baseMark(study: Study, scale: Scale): TemplateResult {
  const { cost_yuan, expected } = study.baseline;
  if (cost_yuan === null || expected === null || study.base === "none") {
    return svg``;
  }
  const x = scale.x(cost_yuan);
  return svg`<g class="today">${whisker(x, ofBase(study, UNMET), scale)}
    <circle cx=${x} cy=${scale.y(expected.unmet_person_hours)} r="4" /></g>`;
}

function marks(point: FrontPoint, scale: Scale, isChosen: boolean): TemplateResult {
  const x = scale.x(point.cost_yuan);
  return svg`<g class=${isChosen ? "point chosen" : "point"}>${whisker(x, replayed(point, UNMET), scale)}
    <circle cx=${x} cy=${scale.y(point.expected.unmet_person_hours)} r=${isChosen ? 5.5 : 4} /></g>`;
}

/** The picture; the rows beneath it say the same in words and are what is clicked. */
export function front(study: Study, chosen: number, language: Language): TemplateResult {
  const scale = scaleOf(study);
  const line = study.points
    .toSorted((a, b) => a.cost_yuan - b.cost_yuan)
    .map((point) => `${scale.x(point.cost_yuan)},${scale.y(point.expected.unmet_person_hours)}`)
    .join(" ");
  const base = scale.y(study.without.unmet_person_hours);
  const title = `${say(language, "frontTitle")}: ${count(language, study.points.length)}`;
  return html`<figure class="front">
    <figcaption>${say(language, "frontAxes")}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${title}>
      ${axes(scale, language)}
      <line class="base" x1=${LEFT} x2=${WIDTH - RIGHT} y1=${base} y2=${base} />
      <polyline class="expected" points=${line} />
      ${baseMark(study, scale)}
      ${study.points.map((point) => marks(point, scale, point.point === chosen))}
    </svg>
    <ul class="key">
      <li><i class="round"></i>${say(language, "byOptimiser")}</li>
      <li><i class="square"></i>${say(language, "byDrills")}</li>
      ${study.base === "present" ? html`<li><i class="hollow"></i>${pick(language, study.baseline.title)}</li>` : nothing}
      <li><i class="dash"></i>${say(language, "base_none")}</li>
    </ul>
  </figure>`;
}
