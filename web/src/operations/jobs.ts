/** Starting what takes time: a run or a placement; progress goes into the state. */

import { getJson, postJson, remove } from "../api/client";
import { followJob } from "../api/jobs";
import type { Job, LayerSpec, Placement } from "../api/types";
import type { CockpitStore } from "../state/cockpit";
import { openRun, refreshRuns } from "./open";

export interface RunRequest {
  readonly city: string;
  readonly drill: string;
  readonly seed: number;
  readonly decisions: Readonly<Record<string, string>>;
}

export interface PlacementRequest {
  readonly city: string;
  readonly depots: number;
  readonly within_minutes: number;
  readonly model: "p-median" | "coverage";
}

export async function work(store: CockpitStore, path: string, body: unknown): Promise<Job> {
  const started = await postJson<Job>(path, body);
  store.set({ job: started, problem: null });
  const ended = await followJob(started.job, (job) => store.set({ job }));
  if (ended.status === "failed" && ended.problem) {
    store.set({ problem: ended.problem.detail ?? ended.problem.title });
  }
  return ended;
}

export function lastPart(href: string): string {
  return href.split("/").filter(Boolean).at(-1) ?? "";
}

export async function startRun(store: CockpitStore, request: RunRequest): Promise<void> {
  const ended = await work(store, "/api/runs", request);
  if (ended.status === "successful" && ended.result) {
    await refreshRuns(store);
    await openRun(store, lastPart(ended.result.href));
  }
}

export async function startPlacement(
  store: CockpitStore,
  request: PlacementRequest,
): Promise<void> {
  const ended = await work(store, "/api/placements", request);
  if (ended.status !== "successful" || !ended.result) {
    return;
  }
  const { href } = ended.result;
  const { theme, language } = store.state;
  const placement = await getJson<Placement>(href);
  const answer = await getJson<{ items: readonly LayerSpec[] }>(
    `${href}/layers?theme=${theme}&language=${language}`,
  );
  const others = withoutPlacement(store.state.specs);
  store.set({ placement, specs: [...others, ...answer.items] });
}

const PLACEMENT_LAYERS: readonly string[] = ["reach", "depots"];

export function withoutPlacement(specs: readonly LayerSpec[]): readonly LayerSpec[] {
  return specs.filter((spec) => !PLACEMENT_LAYERS.includes(spec.id));
}

export function clearPlacement(store: CockpitStore): void {
  store.set({ placement: null, specs: withoutPlacement(store.state.specs) });
}

export async function cancelJob(store: CockpitStore): Promise<void> {
  const { job } = store.state;
  if (job) {
    await remove(`/api/jobs/${job.job}`);
  }
}
