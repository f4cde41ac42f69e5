/** What the page adds to a layer's own definition: the moment shown, the state store, the focus. */

import type { StateSpec, StateStore, StateValues } from "../api/chunks";
import type { Colour } from "../api/types";

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
  /** Whether windows are lit. */
  readonly isNight?: boolean;
  /** Counts the arrivals of state, so that a layer looks again. */
  readonly arrivals?: number;
}

export const pageDefaults = {
  moment: { type: "object", value: { elapsed_s: 0, step: 0, fraction: 0 }, compare: false },
  states: { type: "object", value: null, compare: false },
  focus: { type: "object", value: null, compare: false },
  isNight: true,
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

export interface Reading {
  /** The step's values; undefined where the layer has no state or while it travels. */
  readonly values: StateValues | undefined;
  readonly isHere: boolean;
  /** Names what a layer that painted this reading shows. */
  readonly key: string;
}

/** Reads a layer's state at the moment shown. */
export function readState(props: PageProps, state: LayerState | null): Reading {
  const step = props.moment?.step ?? 0;
  const values = state ? props.states?.at(stateSpec(state), step) : undefined;
  const isHere = state === null || values !== undefined;
  return { values, isHere, key: isHere ? String(step) : "none" };
}

/** Says whether a layer that shows `shown` must be painted again; one without state once only. */
export function mustPaint(shown: string, reading: Reading, hasState: boolean): boolean {
  return shown === "" || (hasState && reading.isHere && shown !== reading.key);
}
