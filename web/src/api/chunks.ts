/** State per step: fetched by chunk, kept, and handed out by step. */

import { getBytes } from "./client";

export interface StateSpec {
  readonly name: string;
  /** Address with `{chunk}` in it. */
  readonly href: string;
  readonly chunk_steps: number;
  readonly steps: number;
  readonly type: "u8" | "i32";
}

export type StateValues = Uint8Array | Int32Array;

interface Chunk {
  readonly values: StateValues;
  readonly perStep: number;
}

/** Splits a chunk's bytes into equal steps. */
export function readChunk(bytes: ArrayBuffer, spec: StateSpec, chunk: number): Chunk {
  const first = chunk * spec.chunk_steps;
  const steps = Math.min(spec.chunk_steps, spec.steps - first);
  const values = spec.type === "u8" ? new Uint8Array(bytes) : new Int32Array(bytes);
  if (steps <= 0 || values.length % steps !== 0) {
    throw new RangeError(`${spec.name} chunk ${chunk}: ${values.length} values for ${steps} steps`);
  }
  return { values, perStep: values.length / steps };
}

/** The states of one run, by address; a step that is not here yet is fetched with its follower. */
export class StateStore {
  readonly #chunks = new Map<string, Chunk>();
  readonly #pending = new Map<string, Promise<void>>();
  readonly #fetch: (href: string) => Promise<ArrayBuffer>;
  readonly #onArrival: () => void;
  readonly #onProblem: (problem: unknown) => void;

  constructor(
    onArrival: () => void,
    onProblem: (problem: unknown) => void,
    fetchBytes: (href: string) => Promise<ArrayBuffer> = getBytes,
  ) {
    this.#onArrival = onArrival;
    this.#onProblem = onProblem;
    this.#fetch = fetchBytes;
  }

  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  clear(): void {
    this.#chunks.clear();
  }

  /** Gives the values of one step, or undefined while they travel. */
  at(spec: StateSpec, step: number): StateValues | undefined {
    const within = Math.max(0, Math.min(spec.steps - 1, step));
    const number = Math.floor(within / spec.chunk_steps);
    const chunk = this.#chunks.get(address(spec, number));
    if (!chunk) {
      void this.#load(spec, number);
      return undefined;
    }
    const last = Math.ceil(spec.steps / spec.chunk_steps) - 1;
    if (number < last) {
      void this.#load(spec, number + 1);
    }
    const from = (within - number * spec.chunk_steps) * chunk.perStep;
    return chunk.values.subarray(from, from + chunk.perStep);
  }

  #load(spec: StateSpec, chunk: number): Promise<void> {
    const href = address(spec, chunk);
    const pending = this.#pending.get(href);
    if (pending || this.#chunks.has(href)) {
      return pending ?? Promise.resolve();
    }
    const arrival = this.#fetch(href)
      .then((bytes) => {
        this.#chunks.set(href, readChunk(bytes, spec, chunk));
      })
      .catch((problem: unknown) => {
        // An empty chunk is kept so that a refused address is asked once and reported once.
        this.#chunks.set(href, { values: new Uint8Array(0), perStep: 0 });
        this.#onProblem(problem);
      })
      .finally(() => {
        this.#pending.delete(href);
        this.#onArrival();
      });
    this.#pending.set(href, arrival);
    return arrival;
  }
}

function address(spec: StateSpec, chunk: number): string {
  return spec.href.replace("{chunk}", String(chunk));
}
