/** Choosing a place: its curve is fetched, the camera follows the state. */

import { getJson } from "../api/client";
import type { PlaceCurve } from "../api/types";
import type { CockpitStore } from "../state/cockpit";

export async function choosePlace(store: CockpitStore, code: string): Promise<void> {
  store.set({ place: code });
  const { run } = store.state;
  if (!run || !code) {
    return;
  }
  const curve = await getJson<PlaceCurve>(`/api/runs/${run.run}/places/${code}/curve`);
  if (store.state.place === code && store.state.run === run) {
    store.set({ curve });
  }
}
