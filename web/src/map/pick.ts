/** What lies under the pointer: a place to go down into, or a thing to look at. */

import type { PickingInfo } from "@deck.gl/core";
import { getJson } from "../api/client";
import { report } from "../operations/open";
import { choosePlace } from "../operations/place";
import type { Cockpit, CockpitStore } from "../state/cockpit";
import { levelOf, ofLevel, stepTowards } from "../state/places";
import { LEVEL_OF_LAYER } from "./cast";

export interface Hovered {
  readonly x: number;
  readonly y: number;
  readonly layer: string;
  readonly row: number;
  readonly place: string | null;
}

interface Feature {
  readonly properties?: { readonly grid?: string };
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

async function gridOf(store: CockpitStore, layer: string, row: number): Promise<string | null> {
  const { city, run } = store.state;
  const owner = run ? `/api/runs/${run.run}` : `/api/cities/${city?.name}`;
  const feature = await getJson<Feature>(`${owner}/layers/${layer}/items/${row}`);
  return feature.properties?.grid ?? null;
}

async function findPlace(
  store: CockpitStore,
  info: PickingInfo,
  under: (layerIds: string[]) => PickingInfo | null,
): Promise<string | null> {
  const layer = specId(store.state, info.layer?.id ?? "");
  const here = placeOf(store.state, layer, info.index);
  if (here) {
    return here;
  }
  const below = under(Object.keys(LEVEL_OF_LAYER));
  const found = below?.layer && placeOf(store.state, below.layer.id, below.index);
  if (found) {
    return found;
  }
  return ["buildings", "facilities"].includes(layer) ? gridOf(store, layer, info.index) : null;
}

/** Goes one level down towards what was clicked. */
export function onPick(
  store: CockpitStore,
  info: PickingInfo,
  under: (layerIds: string[]) => PickingInfo | null,
): void {
  findPlace(store, info, under)
    .then(async (code) => {
      const { place } = store.state;
      if (code && code !== place) {
        const target = levelOf(code) === "grid" ? stepTowards(place, code) : code;
        await choosePlace(store, target);
      }
    })
    .catch((problem: unknown) => report(store, problem));
}
