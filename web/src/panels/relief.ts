/** Relief of a run: what was needed and came, item by item, and when it reached each district. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { DistrictRelief, ItemRelief, Relief } from "../api/operations";
import type { Drill, RunResult } from "../api/types";
import { type Cockpit, placeName } from "../state/cockpit";
import { pick, say, sayId } from "../words";
import { compact, decimal, percent } from "../words/numbers";
import { section } from "./draw";

/** The limit [h] that a drill sets on a measure, where it has an indicator for it. */
export function limitOf(measure: string, drill: Drill | null, run: RunResult): number | null {
  const ids = (drill?.kpis ?? []).filter((one) => one.measure === measure).map((one) => one.id);
  return run.kpis.find((one) => ids.includes(one.id))?.pass ?? null;
}

/** What is issued and kept is needed hour by hour; of what is used up only the quantity counts. */
function unitOf({ item, unit }: ItemRelief, { drill, language }: Cockpit): string {
  const said = sayId(language, "unit", unit);
  const isIssued = drill?.relief?.items.find((one) => one.id === item)?.use === "issued";
  return isIssued ? say(language, "unit_hours_of", { unit: said }) : said;
}

function itemRow(item: ItemRelief, cockpit: Cockpit): TemplateResult {
  const { language } = cockpit;
  const lines = [
    say(language, "reliefMet", {
      met: compact(language, item.met),
      need: compact(language, item.need),
      unit: unitOf(item, cockpit),
    }),
    say(language, "reliefUnmet", { hours: compact(language, item.unmet_person_hours) }),
  ];
  return html`<li class="ops-row" data-relief=${item.item}>
    <span>${pick(language, item.title)}</span>
    <b>${percent(item.cover)}</b>
    <i class="ops-share" style="--share:${item.cover * 100}%"></i>
    <small>${lines.join(" · ")}</small>
  </li>`;
}

export type Supplied = "met" | "missed" | "";

/** Whether the first load came in time; without need or norm nothing is said. */
export function suppliedTone(
  { needed_s, reached_s, hours }: DistrictRelief,
  norm: number | null,
): Supplied {
  if (needed_s === null && reached_s === null) {
    return "";
  }
  if (reached_s === null || hours === null) {
    return "missed";
  }
  return norm === null ? "" : hours <= norm ? "met" : "missed";
}

function districtRow(
  district: DistrictRelief,
  norm: number | null,
  cockpit: Cockpit,
): TemplateResult {
  const { language } = cockpit;
  const { needed_s, reached_s, hours } = district;
  const said =
    hours !== null
      ? `${decimal(language, hours)} h`
      : say(language, needed_s === null && reached_s === null ? "supplyNoNeed" : "supplyNever");
  return html`<li class="ops-row ${suppliedTone(district, norm)}" data-district=${district.place}>
    <span>${placeName(cockpit, district.place)}</span><b>${said}</b>
  </li>`;
}

function districts(supplies: Relief, run: RunResult, cockpit: Cockpit): TemplateResult {
  const { language, drill } = cockpit;
  const norm = limitOf("district_supply_hours", drill, run);
  const first = limitOf("first_supply_hours", drill, run);
  const reached = supplies.districts.flatMap((one) => (one.hours === null ? [] : [one.hours]));
  const earliest = Math.min(...reached);
  return html`<h3>${say(language, "districtsTitle")}</h3>
    ${norm === null ? nothing : html`<p class="faint">${say(language, "districtsNorm", { hours: norm })}</p>`}
    <ul class="ops-rows" id="ops-districts">
      ${
        reached.length > 0 && first !== null
          ? html`<li class="ops-row ${earliest <= first ? "met" : "missed"}">
            <span>${say(language, "firstSupply")} <small>${say(language, "supplyNorm", { hours: first })}</small></span>
            <b>${decimal(language, earliest)} h</b>
          </li>`
          : nothing
      }
      ${supplies.districts.map((one) => districtRow(one, norm, cockpit))}
    </ul>`;
}

export function relief(supplies: Relief, run: RunResult, cockpit: Cockpit): TemplateResult {
  const { language } = cockpit;
  const items = supplies.items.filter((item) => item.person_hours > 0);
  const body =
    items.length === 0
      ? html`<p class="faint">${say(language, "reliefNone")}</p>`
      : html`<p class="faint">${say(language, "reliefHint")}</p>
        <ul class="ops-rows" id="ops-relief">${items.map((item) => itemRow(item, cockpit))}</ul>`;
  return section(
    say(language, "reliefTitle"),
    html`${body}${supplies.districts.length > 0 ? districts(supplies, run, cockpit) : nothing}`,
  );
}
