/** What a fork may still change at a moment of the open run. */

import type { Decision, Drill, RunEvent, RunResult } from "../api/types";

/** Decisions that were not made by a moment [s from T0], in the drill's order. */
export function openDecisions(
  drill: Drill,
  events: readonly RunEvent[],
  time_s: number,
): readonly Decision[] {
  const made = new Set(
    events
      .filter((event) => event.kind === "decision.made" && event.time_s <= time_s)
      .map((event) => event["decision"]),
  );
  return drill.decisions.filter((decision) => !made.has(decision.id));
}

/** What a run answers to a decision: as it was asked, else by default. */
export function answerOf(run: RunResult, decision: Decision): string {
  return run.decisions[decision.id] ?? decision.default;
}

/** Whether a run can be left at a moment: a fork only after it left its own parent. */
export function canLeave(run: RunResult, time_s: number): boolean {
  return time_s >= (run.forked_at_s ?? run.start_s) && time_s < run.end_s;
}
