import { expect, test } from "vitest";
import type { Decision, Drill, RunEvent, RunResult } from "../src/api/types";
import { answerOf, canLeave, openDecisions } from "../src/state/forks";

const decision = (id: string): Decision => ({
  id,
  opens: 0,
  question: { zh: "问", en: "question" },
  options: [],
  default: "wait",
});
const drill = { decisions: [decision("D1"), decision("D2")] } as unknown as Drill;
const made = { kind: "decision.made", time_s: 900, decision: "D1" } as unknown as RunEvent;
const run = { start_s: 0, end_s: 3600, decisions: { D2: "go" } } as unknown as RunResult;

test("a decision is open until the moment it was made", () => {
  const open = (time_s: number) => openDecisions(drill, [made], time_s).map((one) => one.id);
  expect(open(899)).toEqual(["D1", "D2"]);
  expect(open(900)).toEqual(["D2"]);
});

test("a run answers by default what it was not asked", () => {
  expect(drill.decisions.map((one) => answerOf(run, one))).toEqual(["wait", "go"]);
});

test("a run can be left before its end, and a fork after it left its parent", () => {
  expect([0, 3599, 3600].map((time_s) => canLeave(run, time_s))).toEqual([true, true, false]);
  expect(canLeave({ ...run, forked_at_s: 1800 }, 900)).toBe(false);
  expect(canLeave({ ...run, forked_at_s: null }, 900)).toBe(true);
});
