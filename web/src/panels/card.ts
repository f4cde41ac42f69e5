/** The card of what was clicked: one building or facility, with its numbers at this moment. */

import { html, nothing, type TemplateResult } from "lit-html";
import type { Building, Facility, Thing } from "../api/types";
import type { RunStates } from "../operations/states";
import type { Cockpit } from "../state/cockpit";
import { type Language, pick, say, sayId } from "../words";
import { count, decimal, percent } from "../words/numbers";
import type { Actions } from "./actions";
import { icon } from "./draw";

/** One line of the card; a share draws a bar under it. */
export interface Fact {
  readonly title: string;
  readonly value: string;
  readonly share?: number;
}

/** What the run says of the thing now; null without a run or while it travels. */
export interface ThingNow {
  readonly state: number | null;
  readonly load: number | null;
}

interface Role {
  readonly id: string;
  readonly capacity: number;
}

/** Reads `shelter:1200;isolation:40`. */
export function readRoles(text: string): readonly Role[] {
  return text
    .split(";")
    .map((part) => part.trim().split(":"))
    .filter(([id]) => id)
    .map(([id = "", capacity]) => ({ id, capacity: Number(capacity ?? 0) }));
}

/** Gives the people or patients that a facility can hold, as its glass column in the map does. */
export function holds({ kind, capacity, roles }: Facility): number {
  const shelter = readRoles(roles).find(({ id }) => id === "shelter")?.capacity ?? 0;
  return Math.max(shelter, ["hospital", "shelter"].includes(kind) ? capacity : 0);
}

function unit(language: Language, id: string): string {
  return id ? sayId(language, "unit", id) : "";
}

export function buildingFacts(language: Language, building: Building): readonly Fact[] {
  const { levels, height_m, households, residents, floor_area_m2 } = building;
  const fact = (title: string, value: string, sign: string): Fact => ({
    title,
    value: `${value} ${sign}`,
  });
  return [
    { title: say(language, "card_use"), value: sayId(language, "use", building.use) },
    fact(say(language, "card_levels"), count(language, levels), say(language, "unit_storeys")),
    fact(say(language, "card_height"), decimal(language, height_m), "m"),
    fact(say(language, "card_area"), count(language, floor_area_m2), "m²"),
    fact(say(language, "residents"), count(language, residents), say(language, "unit_persons")),
    fact(
      say(language, "households"),
      count(language, households),
      say(language, "unit_households"),
    ),
  ];
}

function loadFacts(language: Language, facility: Facility, now: ThingNow): readonly Fact[] {
  const held = holds(facility);
  if (held === 0 || now.load === null) {
    return [];
  }
  const share = now.load / held;
  const people = `${count(language, now.load)} / ${count(language, held)}`;
  return [
    { title: say(language, "card_load"), value: `${people} ${say(language, "unit_persons")}` },
    { title: say(language, "card_occupancy"), value: percent(share), share },
  ];
}

export function facilityFacts(
  language: Language,
  facility: Facility,
  now: ThingNow,
): readonly Fact[] {
  const { kind, capacity, capacity_unit, roles, backup_hours } = facility;
  const facts: Fact[] = [
    { title: say(language, "card_kind"), value: sayId(language, "kind", kind) },
  ];
  if (capacity > 0) {
    const value = `${count(language, capacity)} ${unit(language, capacity_unit)}`;
    facts.push({ title: say(language, "card_capacity"), value });
  }
  facts.push(...loadFacts(language, facility, now));
  facts.push({
    title: say(language, "card_backup"),
    value: `${decimal(language, backup_hours)} h`,
  });
  const said = readRoles(roles).map(
    ({ id, capacity: people }) => `${sayId(language, "role", id)} ${count(language, people)}`,
  );
  if (said.length > 0) {
    facts.push({ title: say(language, "card_roles"), value: said.join(" · ") });
  }
  return facts;
}

/** What of the thing is a stated default, or made up altogether. */
export function assumptions(language: Language, { source, assumed }: Thing["properties"]): string {
  const names = assumed
    .split(",")
    .filter(Boolean)
    .map((name) => sayId(language, "attribute", name.trim()));
  const made = source === "synthetic" ? [say(language, "card_made")] : [];
  return [...made, ...names].join(" · ");
}

function nameOf(language: Language, card: Thing): string {
  if (card.layer === "facilities") {
    const { name_zh, name_en, facility } = card.properties;
    return pick(language, { zh: name_zh, en: name_en }) || facility;
  }
  const { address_zh, address_en } = card.properties;
  const address = pick(language, { zh: address_zh, en: address_en });
  return address || `${say(language, "building")} ${card.row}`;
}

function thingNow({ layer, row }: Thing, states: RunStates): ThingNow {
  const isFacility = layer === "facilities";
  const state = states.now(isFacility ? "facility_open" : "building_state", "u8")?.[row];
  const load = isFacility ? states.now("facility_load", "i32")?.[row] : null;
  return { state: state ?? null, load: load ?? null };
}

function stateFact(cockpit: Cockpit, { layer }: Thing, now: ThingNow): readonly Fact[] {
  const values = cockpit.specs.find((spec) => spec.id === layer)?.state?.values ?? [];
  const value = now.state === null ? undefined : (values[now.state] ?? values.at(-1));
  const { language } = cockpit;
  return value ? [{ title: say(language, "card_state"), value: pick(language, value.title) }] : [];
}

function line({ title, value, share }: Fact): TemplateResult {
  const bar = `--share:${percent(Math.min(share ?? 0, 1), 1)}`;
  return html`<div>
    <dt>${title}</dt>
    <dd>${value}</dd>
    ${share === undefined ? nothing : html`<dd class="fill ${share >= 1 ? "full" : ""}" style=${bar}></dd>`}
  </div>`;
}

export function thingCard(cockpit: Cockpit, actions: Actions, states: RunStates): TemplateResult {
  const { card, language, places } = cockpit;
  if (!card) {
    return html`${nothing}`;
  }
  const now = thingNow(card, states);
  const facts =
    card.layer === "facilities"
      ? facilityFacts(language, card.properties, now)
      : buildingFacts(language, card.properties);
  const { grid } = card.properties;
  const place = places.get(grid);
  const assumed = assumptions(language, card.properties);
  const kind = say(language, card.layer === "facilities" ? "facility" : "building");
  return html`<aside class="card" id="card" data-layer=${card.layer} data-row=${card.row} aria-label=${say(language, "card")}>
    <header>
      <div><small>${kind}</small><h2>${nameOf(language, card)}</h2></div>
      <button type="button" class="round small" id="close-card" aria-label=${say(language, "close")}
        @click=${actions.closeCard}>${icon("close")}</button>
    </header>
    <dl>${[...facts, ...stateFact(cockpit, card, now)].map(line)}</dl>
    ${
      place
        ? html`<button type="button" class="card-grid" @click=${() => actions.choosePlace(grid)}>
            ${say(language, "level_grid")} <b>${pick(language, place.name)}</b> <small>${grid}</small>
          </button>`
        : nothing
    }
    ${assumed ? html`<p class="assumed"><b>${say(language, "card_assumed")}</b> ${assumed}</p>` : nothing}
  </aside>`;
}
