/** The reserve study that is open: its plan shown, and what the planner moved. */

import type { FrontPoint, Move, MovedPlan, Study } from "../api/studies";

export interface Reserve {
  readonly study: Study;
  /** The plan in addresses: a point's number, or the id of a moved plan. */
  readonly plan: string;
  readonly point: number;
  readonly moved: MovedPlan | null;
  /** Depot that was picked up and waits for a place. */
  readonly held: string | null;
}

/** Layers of a plan; they leave with the study. */
export const RESERVE_LAYERS: readonly string[] = ["unmet", "sites", "deliveries", "stock"];

export function pointOf({ study, point }: Reserve): FrontPoint | undefined {
  return study.points.find((one) => one.point === point);
}

/** The plan as the panel shows it: the moved one, else the point itself. */
export function shownPlan(reserve: Reserve): FrontPoint | undefined {
  return reserve.moved?.plan ?? pointOf(reserve);
}

/** Moves after one more: a depot that was moved before is moved from where it stood first. */
export function withMove(moves: readonly Move[], facility: string, to: string | null): Move[] {
  const earlier = moves.find((move) => move.to === facility);
  const start = earlier?.facility ?? facility;
  const others = moves.filter((move) => move.facility !== start);
  return start === to ? others : [...others, { facility: start, to }];
}
