import { expect, test } from "vitest";
import type { Comparison } from "../src/api/comparison";
import type { Indicator, RunEvent, RunResult } from "../src/api/types";
import {
  askedOf,
  countKinds,
  indicatorTone,
  partingAt,
  ratingTone,
  redLineTone,
  rivals,
} from "../src/state/comparison";
import { gap } from "../src/words/numbers";

const title = { zh: "字", en: "word" };
const plain = { drill: "typhoon-flood", seed: 1, engine: "0.2.0", decisions: {}, release: "r" };
const run = { ...plain, run: "b" } as unknown as RunResult;
const decisions = [
  { id: "D1", opens: 0, question: title, options: [], default: "wait_6h" },
] as const;

test("a run can be held against every other run on its release, not against itself", () => {
  const runs = [run, { ...run, run: "a" }, { ...run, run: "c", release: "another" }];
  expect(rivals(runs, run).map((one) => one.run)).toEqual(["a"]);
});

test("a decision that nobody took stands at its default", () => {
  const now = { ...run, decisions: { D1: "now" } };
  expect(askedOf(run, now, decisions)).toEqual([
    { what: "decision", id: "D1", a: "wait_6h", b: "now" },
  ]);
  expect(askedOf(run, { ...run, decisions: { D1: "wait_6h" } }, decisions)).toEqual([]);
});

test("seed, drill, engine and reserve plan are told where they differ", () => {
  const other = { ...run, seed: 2, engine: "0.1.0", reserve: "abc" } as unknown as RunResult;
  expect(askedOf(other, run, decisions).map((row) => [row.what, row.a, row.b])).toEqual([
    ["seed", "2", "1"],
    ["engine", "0.1.0", "0.2.0"],
    ["reserve", "abc", ""],
  ]);
});

test("whether more is better depends on which side of its limit an indicator passes", () => {
  const kpis = [
    { id: "reach", op: ">=" },
    { id: "hours", op: "<=" },
  ] as unknown as Indicator[];
  expect(indicatorTone(0.1, "reach", kpis)).toBe("better");
  expect(indicatorTone(0.1, "hours", kpis)).toBe("worse");
  expect(indicatorTone(0.1, "unknown", kpis)).toBe("");
  expect(indicatorTone(null, "reach", kpis)).toBe("");
  expect(indicatorTone(0, "reach", kpis)).toBe("");
});

test("a grade that is missing on one side is neither better nor worse", () => {
  const pair = { objective: "o", title, a: "M", b: "S" } as const;
  expect(ratingTone(pair)).toBe("better");
  expect(ratingTone({ ...pair, a: "P" })).toBe("worse");
  expect(ratingTone({ ...pair, a: null })).toBe("");
});

test("fewer hours in breach are better", () => {
  const line = { id: "N1", title, a_broken: true, b_broken: true, a_hours: 3, b_hours: 1 };
  expect(redLineTone(line)).toBe("better");
  expect(redLineTone({ ...line, b_hours: null })).toBe("");
});

test("runs part at the earlier of the first lines that differ", () => {
  const at = (time_s: number): RunEvent => ({ time_s }) as RunEvent;
  const parts = (a: RunEvent | null, b: RunEvent | null) =>
    partingAt({ parting: { line: 0, a, b } } as Comparison);
  expect(parts(at(900), at(300))).toBe(300);
  expect(parts(null, at(300))).toBe(300);
  expect(partingAt({ parting: null } as Comparison)).toBeNull();
});

test("events that differ are added up over their kinds", () => {
  const row = { kind: "x", same: 1, moved: 2, changed: 3, only_a: 4, only_b: 5 };
  expect(countKinds([row, row])).toEqual({ same: 2, moved: 4, changed: 6, only_a: 8, only_b: 10 });
});

test("a difference has its sign and its unit; shares are in percentage points", () => {
  expect(gap("en", -0.0123, "1")).toBe("-1.2 pp");
  expect(gap("zh", 0.5, "h")).toBe("+0.5 h");
  expect(gap("en", 12, "")).toBe("+12");
  expect(gap("en", -0.00002, "1")).toBe("-0.002 pp");
});
