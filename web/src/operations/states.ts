/** State of the run at the clock's moment, by its name on the wire. */

import { StateStore, type StateValues } from "../api/chunks";
import { stepAt, stepCount } from "../state/clock";
import { type CockpitStore, runSpan } from "../state/cockpit";
import { report } from "./open";

const CHUNK_STEPS = 24;

export class RunStates {
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
  residents(): StateValues | undefined {
    return this.now("residents", "i32");
  }

  /** Gives a state's values, or undefined while they travel or without a run. */
  now(name: string, type: "u8" | "i32"): StateValues | undefined {
    const { run, clock } = this.#store.state;
    const span = runSpan(run);
    if (!run || !span) {
      return undefined;
    }
    const href = `/api/runs/${run.run}/state/${name}/{chunk}`;
    const spec = { name, href, chunk_steps: CHUNK_STEPS, steps: stepCount(span), type };
    return this.#states.at(spec, stepAt(span, clock.time_s));
  }
}
