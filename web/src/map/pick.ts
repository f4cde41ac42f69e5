/** What lies under the pointer: a place to go down into, or a thing to look at. */

import type { PickingInfo } from "@deck.gl/core";
import type { ThingLayer } from "../api/types";
import { openCard } from "../operations/card";
import { report } from "../operations/open";
import { choosePlace } from "../operations/place";
import { hold, moveTo } from "../operations/reserve";
import type { Cockpit, CockpitStore } from "../state/cockpit";
import { levelOf, ofLevel, stepTowards } from "../state/places";
import { shownPlan } from "../state/reserve";
import { LEVEL_OF_LAYER } from "./cast";

export interface Hovered {
  readonly x: number;
  readonly y: number;
  readonly layer: string;
  readonly row: number;
  readonly place: string | null;
}

type Listener = (hovered: Hovered | null) => void;

let listener: Listener = () => undefined;

/** Tells one listener what the pointer is over. */
export function hearHover(onChange: Listener): void {
  listener = onChange;
}

function placeOf(cockpit: Cockpit, layer: string, row: number): string | null {
  const level = LEVEL_OF_LAYER[layer];
  return level ? (ofLevel(cockpit.places, level)[row]?.code ?? null) : null;
}

/** The spec's id of a picked layer: facilities-labels belongs to facilities. */
function specId(cockpit: Cockpit, layerId: string): string {
  const spec = cockpit.specs.find((one) => one.style.some((style) => style.id === layerId));
  return spec?.id ?? layerId;
}

export function onHover(store: CockpitStore, info: PickingInfo): void {
  if (!info.layer || info.index < 0) {
    listener(null);
    return;
  }
  const layer = specId(store.state, info.layer.id);
  const { x, y, index } = info;
  listener({ x, y, layer, row: index, place: placeOf(store.state, layer, index) });
}

function findPlace(
  { state }: CockpitStore,
  info: PickingInfo | null,
  layer: string,
  under: (layerIds: string[]) => PickingInfo | null,
): string | null {
  const here = info ? placeOf(state, layer, info.index) : null;
  if (here) {
    return here;
  }
  const below = under(Object.keys(LEVEL_OF_LAYER));
  return below?.layer ? placeOf(state, below.layer.id, below.index) : null;
}

/** Goes one level down towards a place. */
async function goDown(store: CockpitStore, code: string | null): Promise<void> {
  const { place } = store.state;
  store.set({ card: null });
  if (code && code !== place) {
    await choosePlace(store, levelOf(code) === "grid" ? stepTowards(place, code) : code);
  }
}

function isThing(layer: string): layer is ThingLayer {
  return layer === "buildings" || layer === "facilities";
}

/** Picks up the depot that was clicked, or sets the held one down; false where neither was meant. */
function pickDepot(store: CockpitStore, layer: string, row: number): boolean {
  const { reserve } = store.state;
  if (!reserve || (layer !== "stock" && layer !== "sites")) {
    return false;
  }
  if (layer === "stock") {
    const depot = shownPlan(reserve)?.depots[row];
    if (depot) {
      hold(store, depot.facility);
    }
    return true;
  }
  const site = reserve.study.sites[row];
  const isOpen = shownPlan(reserve)?.depots.some((depot) => depot.facility === site?.facility);
  if (site && isOpen) {
    hold(store, site.facility);
  } else if (site && reserve.held) {
    moveTo(store, site.facility).catch((problem: unknown) => report(store, problem));
  }
  return true;
}

/** Opens the card of a building or facility; the ground leads one level down. */
export function onPick(
  store: CockpitStore,
  info: PickingInfo | null,
  under: (layerIds: string[]) => PickingInfo | null,
): void {
  const layer = specId(store.state, info?.layer?.id ?? "");
  if (info && info.index >= 0 && pickDepot(store, layer, info.index)) {
    return;
  }
  const work =
    isThing(layer) && info && info.index >= 0
      ? openCard(store, layer, info.index)
      : goDown(store, findPlace(store, info, layer, under));
  work.catch((problem: unknown) => report(store, problem));
}
