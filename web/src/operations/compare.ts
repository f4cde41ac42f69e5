/** Holding the open run against another one. */

import { getJson } from "../api/client";
import type { Comparison } from "../api/comparison";
import type { RunResult } from "../api/types";
import type { CockpitStore } from "../state/cockpit";

/** Compares the open run with another; null puts the comparison away. */
export async function compareWith(store: CockpitStore, id: string | null): Promise<void> {
  const { run } = store.state;
  if (!run || !id) {
    store.set({ versus: null });
    return;
  }
  store.set({ isComparing: true, problem: null });
  try {
    const [other, found] = await Promise.all([
      getJson<RunResult>(`/api/runs/${id}`),
      getJson<Comparison>(`/api/runs/${id}/compare/${run.run}`),
    ]);
    if (store.state.run === run) {
      store.set({ versus: { other, found } });
    }
  } finally {
    store.set({ isComparing: false });
  }
}
