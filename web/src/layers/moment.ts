/** What the page adds to a layer's own definition: the moment shown, the state store, the focus. */

import type { Colour } from "../api/types";
import type { StateSpec, StateStore } from "../api/chunks";

export interface Moment {
  /** Seconds from the run's first tick. */
  readonly elapsed_s: number;
  /** Step whose state holds. */
  readonly step: number;
  /** Share of the way to the next step, 0..1. */
  readonly fraction: number;
}

/** The state part of a layer in deck.json. */
export interface LayerState {
  readonly name: string;
  readonly href: string;
  readonly chunkSteps: number;
  readonly steps: number;
  readonly length: number;
  readonly type: "u8" | "i32";
  readonly target: "colour" | "height";
  readonly palette?: readonly (Colour | null)[];
  /** Metres per unit of the value. */
  readonly scale?: number;
  /** Least height [m]. */
  readonly least?: number;
}

export interface PageProps {
  readonly moment?: Moment;
  readonly states?: StateStore | null;
  /** 1 at the table rows that lie in the chosen place; null where all do. */
  readonly focus?: Uint8Array | null;
  /** Counts the arrivals of state, so that a layer looks again. */
  readonly arrivals?: number;
}

export const pageDefaults = {
  moment: { type: "object", value: { elapsed_s: 0, step: 0, fraction: 0 }, compare: false },
  states: { type: "object", value: null, compare: false },
  focus: { type: "object", value: null, compare: false },
  arrivals: 0,
} as const;

export function stateSpec(state: LayerState): StateSpec {
  return {
    name: state.name,
    href: state.href,
    chunk_steps: state.chunkSteps,
    steps: state.steps,
    type: state.type,
  };
}
