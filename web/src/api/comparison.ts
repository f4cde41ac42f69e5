/** Two runs held against each other, as simulation.compare.Comparison; differences are b less a. */

import type { Rating, RunEvent, Words } from "./types";

export interface Figure {
  readonly id: string;
  readonly title: Words;
  readonly unit: string;
  readonly a: number | null;
  readonly b: number | null;
  readonly difference: number | null;
}

export interface RatingPair {
  readonly objective: string;
  readonly title: Words;
  readonly a: Rating | null;
  readonly b: Rating | null;
}

export interface RedLinePair {
  readonly id: string;
  readonly title: Words;
  readonly a_broken: boolean | null;
  readonly b_broken: boolean | null;
  readonly a_hours: number | null;
  readonly b_hours: number | null;
}

export interface PlaceDifference {
  readonly code: string;
  readonly a: number;
  readonly b: number;
  readonly difference: number;
}

export interface KindCount {
  readonly kind: string;
  readonly same: number;
  readonly moved: number;
  readonly changed: number;
  readonly only_a: number;
  readonly only_b: number;
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** The first lines that differ; null where both logs are the same. */
  readonly parting: {
    readonly line: number;
    readonly a: RunEvent | null;
    readonly b: RunEvent | null;
  } | null;
  readonly kinds: readonly KindCount[];
  readonly ratings: readonly RatingPair[];
  readonly kpis: readonly Figure[];
  readonly red_lines: readonly RedLinePair[];
  readonly resilience: Figure;
  /** Largest difference first. */
  readonly grids: readonly PlaceDifference[];
}
