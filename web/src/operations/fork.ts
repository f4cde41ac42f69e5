/** Forking the open run: played as a job, then opened beside the run it left. */

import type { CockpitStore } from "../state/cockpit";
import { say } from "../words";
import { compareWith } from "./compare";
import { lastPart, work } from "./jobs";
import { openRun, refreshRuns } from "./open";

export interface ForkRequest {
  /** When it leaves [s from T0]. */
  readonly at_s: number;
  readonly decisions: Readonly<Record<string, string>>;
}

export async function startFork(store: CockpitStore, request: ForkRequest): Promise<void> {
  const { run, language } = store.state;
  if (!run) {
    return;
  }
  if (Object.keys(request.decisions).length === 0) {
    throw new RangeError(say(language, "forkNothing"));
  }
  const ended = await work(store, `/api/runs/${run.run}/forks`, request);
  if (ended.status === "successful" && ended.result) {
    await refreshRuns(store);
    await openRun(store, lastPart(ended.result.href), request.at_s);
    store.set({ panel: "compare" });
    await compareWith(store, run.run);
  }
}
