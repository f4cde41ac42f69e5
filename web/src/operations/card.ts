/** Opening the card of one building or facility. */

import { getJson } from "../api/client";
import type { Thing, ThingLayer } from "../api/types";
import type { CockpitStore } from "../state/cockpit";

export async function openCard(store: CockpitStore, layer: ThingLayer, row: number): Promise<void> {
  const { city, run } = store.state;
  const owner = run ? `/api/runs/${run.run}` : `/api/cities/${city?.name}`;
  const address = `${owner}/layers/${layer}/items/${row}`;
  const { properties } = await getJson<{ properties: Thing["properties"] }>(address);
  if (store.state.city === city && store.state.run === run) {
    store.set({ card: { layer, row, properties } as Thing });
  }
}
