/** The run that the open one is held against: what was asked of each, and which end is better. */

import type { Comparison, KindCount, RatingPair, RedLinePair } from "../api/comparison";
import type { Decision, Indicator, RunResult, RunSummary } from "../api/types";

export interface Versus {
  /** The run on the left: differences are the open run less this one. */
  readonly other: RunResult;
  readonly found: Comparison;
}

export type Tone = "better" | "worse" | "";

/** Runs that the open one can be held against: played on the same release. */
export function rivals(runs: readonly RunSummary[], run: RunResult): readonly RunSummary[] {
  return runs.filter((one) => one.run !== run.run && one.release === run.release);
}

export interface AskRow {
  readonly what: "drill" | "seed" | "engine" | "reserve" | "decision";
  /** The decision, where it is one. */
  readonly id: string;
  readonly a: string;
  readonly b: string;
}

function answer(run: RunResult, id: string, decisions: readonly Decision[]): string {
  return run.decisions[id] ?? decisions.find((one) => one.id === id)?.default ?? "";
}

/** What was asked differently of two runs; a decision that nobody took stands at its default. */
export function askedOf(
  other: RunResult,
  run: RunResult,
  decisions: readonly Decision[],
): readonly AskRow[] {
  const plain = (["drill", "seed", "engine", "reserve"] as const).map((what) => ({
    what,
    id: what,
    a: String(other[what] ?? ""),
    b: String(run[what] ?? ""),
  }));
  const ids = new Set([...Object.keys(other.decisions), ...Object.keys(run.decisions)]);
  const taken = [...ids].sort().map((id) => ({
    what: "decision" as const,
    id,
    a: answer(other, id, decisions),
    b: answer(run, id, decisions),
  }));
  return [...plain, ...taken].filter((row) => row.a !== row.b);
}

function tone(gain: number): Tone {
  return gain > 0 ? "better" : gain < 0 ? "worse" : "";
}

/** Says whether an indicator's difference is good; it depends on which side of the limit passes. */
export function indicatorTone(
  difference: number | null,
  id: string,
  indicators: readonly Indicator[],
): Tone {
  const op = indicators.find((one) => one.id === id)?.op;
  return op === undefined || difference === null
    ? ""
    : tone(op === ">=" ? difference : -difference);
}

/** More is better: resilience and its index. */
export function riseTone(difference: number | null): Tone {
  return tone(difference ?? 0);
}

const GRADES = ["U", "M", "S", "P"];

export function ratingTone({ a, b }: RatingPair): Tone {
  return a === null || b === null ? "" : tone(GRADES.indexOf(b) - GRADES.indexOf(a));
}

export function redLineTone({ a_hours, b_hours }: RedLinePair): Tone {
  return a_hours === null || b_hours === null ? "" : tone(a_hours - b_hours);
}

/** The moment at which the runs part, where they do. */
export function partingAt({ parting }: Comparison): number | null {
  const first = [parting?.a?.time_s, parting?.b?.time_s].filter((time_s) => time_s !== undefined);
  return first.length > 0 ? Math.min(...first) : null;
}

/** How many events differ, by what differs. */
export function countKinds(kinds: readonly KindCount[]): Omit<KindCount, "kind"> {
  const names = ["same", "moved", "changed", "only_a", "only_b"] as const;
  const sums = names.map((name) => kinds.reduce((sum, row) => sum + row[name], 0));
  const [same = 0, moved = 0, changed = 0, only_a = 0, only_b = 0] = sums;
  return { same, moved, changed, only_a, only_b };
}
