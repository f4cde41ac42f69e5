/** Where we are (five levels) and the numbers of that place at this moment. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { PlaceResilience } from "../api/types";
import type { Cockpit } from "../state/cockpit";
import { childrenOf, levelBelow, levelOf, lineage } from "../state/places";
import { valueAt } from "../state/series";
import { pick, say, sayId, type WordKey } from "../words";
import { count, decimal, percent } from "../words/numbers";
import type { Actions } from "./actions";
import { css, figure, section } from "./draw";

/** Order of simulation.frames.RESIDENT_STATES. */
export const RESIDENT_STATES = [
  "unwarned",
  "warned",
  "preparing",
  "moving",
  "sheltered",
  "staying",
  "waiting_help",
  "trapped",
  "injured",
  "dead",
  "away",
  "returned",
] as const;

export type Residents = Int32Array | Uint8Array | undefined;

function of(residents: Residents, state: (typeof RESIDENT_STATES)[number]): number | null {
  return residents?.[RESIDENT_STATES.indexOf(state)] ?? null;
}

export function breadcrumb(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, places, place } = cockpit;
  const line = lineage(places, place);
  return html`<nav class="crumbs" aria-label=${say(language, "breadcrumb")}>
    <ol>
      ${line.map(
        (one, at) => html`<li>
          <button type="button" data-level=${one.level} aria-current=${at === line.length - 1 ? "location" : "false"}
            title=${say(language, `level_${one.level}` as WordKey)}
            @click=${() => actions.choosePlace(one.code)}>
            ${pick(language, one.name)}
          </button>
        </li>`,
      )}
    </ol>
  </nav>`;
}

function bandColour(cockpit: Cockpit, resilience: PlaceResilience | undefined): string {
  const band = cockpit.scene?.bands.find((one) => one.band === resilience?.band);
  return css(band?.colour);
}

function children(cockpit: Cockpit, actions: Actions): TemplateResult {
  const { language, places, place, run } = cockpit;
  const below = levelBelow(levelOf(place));
  if (!below) {
    return html`<p class="faint">${say(language, "noChildren")}</p>`;
  }
  const title = say(language, "childrenOf", { level: say(language, `level_${below}` as WordKey) });
  return html`<div class="children">
    <h3>${title}</h3>
    <ul>
      ${childrenOf(places, place).map((child) => {
        const resilience = run?.resilience.levels[child.code];
        return html`<li>
          <button type="button" class="child" data-code=${child.code} @click=${() => actions.choosePlace(child.code)}>
            <i style="background:${bandColour(cockpit, resilience)}"></i>
            <span>${pick(language, child.name)}</span>
            <em>${count(language, child.residents)} ${say(language, "unit_persons")}</em>
            <b>${resilience ? decimal(language, resilience.index) : "–"}</b>
          </button>
        </li>`;
      })}
    </ul>
  </div>`;
}

function liveFigures(cockpit: Cockpit, residents: Residents): TemplateResult {
  const { language, curve, clock, places, place } = cockpit;
  const here = places.get(place);
  const persons = say(language, "unit_persons");
  const present = curve && valueAt(curve, curve.residents_present, clock.time_s);
  const power = curve && valueAt(curve, curve.functions["power"], clock.time_s);
  const dark = power === null ? null : Math.round((here?.households ?? 0) * (1 - power));
  const cityWide = (key: "sheltered" | "waiting"): string =>
    `${say(language, key)} (${say(language, "cityWide")})`;
  const show = (value: number | null): string => (value === null ? "–" : count(language, value));
  return html`
    ${figure(say(language, "present"), show(present), persons)}
    ${figure(say(language, "darkHouseholds"), show(dark), say(language, "unit_households"), dark ? "warn" : "")}
    ${figure(cityWide("sheltered"), show(of(residents, "sheltered")), persons, "good")}
    ${figure(cityWide("waiting"), show(of(residents, "waiting_help")), persons, of(residents, "waiting_help") ? "warn" : "")}
  `;
}

function residentBar(cockpit: Cockpit, residents: Residents): TemplateResult {
  const { language } = cockpit;
  const total = [...(residents ?? [])].reduce((sum, value) => sum + value, 0);
  if (!residents || total === 0) {
    return html`${nothing}`;
  }
  const held = RESIDENT_STATES.map((state, at) => ({ state, people: residents[at] ?? 0 }));
  const rows = held.filter(({ people }) => people > 0).sort((a, b) => b.people - a.people);
  return html`<div class="residents">
    <h3>${say(language, "residentStates")}</h3>
    <ul>
      ${rows.map(
        ({ state, people }) => html`<li class="resident-${state}">
          <span>${sayId(language, "resident", state)}</span>
          <i style="--share:${percent(people / total, 2)}"></i>
          <b>${count(language, people)} <small>${say(language, "unit_persons")}</small></b>
        </li>`,
      )}
    </ul>
  </div>`;
}

export function numbers(cockpit: Cockpit, actions: Actions, residents: Residents): TemplateResult {
  const { language, places, place, run } = cockpit;
  const here = places.get(place);
  if (!here) {
    return html`${nothing}`;
  }
  const resilience = run?.resilience.levels[place];
  const persons = say(language, "unit_persons");
  const body = html`
    ${breadcrumb(cockpit, actions)}
    <dl class="figures">
      ${figure(say(language, "residents"), count(language, here.residents), persons)}
      ${figure(say(language, "households"), count(language, here.households), say(language, "unit_households"))}
      ${run ? liveFigures(cockpit, residents) : nothing}
    </dl>
    ${residentBar(cockpit, residents)} ${children(cockpit, actions)}
  `;
  const aside = resilience
    ? html`${say(language, "resilience")}
        <b class="band" style="--band:${bandColour(cockpit, resilience)}">${decimal(language, resilience.index)}</b>`
    : nothing;
  return section(say(language, `level_${here.level}` as WordKey), body, aside);
}
