/** Residents by state at the clock's moment; the counts are the city's. */

import { StateStore, type StateValues } from "../api/chunks";
import { stepAt, stepCount } from "../state/clock";
import { type CockpitStore, runSpan } from "../state/cockpit";
import { report } from "./open";

const CHUNK_STEPS = 24;

export class ResidentCounts {
  readonly #store: CockpitStore;
  readonly #states: StateStore;

  constructor(store: CockpitStore) {
    this.#store = store;
    this.#states = new StateStore(
      () => store.set({ arrivals: store.state.arrivals + 1 }),
      (problem) => report(store, problem),
    );
  }

  /** Gives people in each resident state, or undefined while they travel or without a run. */
  now(): StateValues | undefined {
    const { run, clock } = this.#store.state;
    const span = runSpan(run);
    if (!run || !span) {
      return undefined;
    }
    const spec = {
      name: "residents",
      href: `/api/runs/${run.run}/state/residents/{chunk}`,
      chunk_steps: CHUNK_STEPS,
      steps: stepCount(span),
      type: "i32" as const,
    };
    return this.#states.at(spec, stepAt(span, clock.time_s));
  }
}
