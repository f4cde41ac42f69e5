/** Working with a reserve study: opening it, choosing a plan, moving a depot, taking it back. */

import { getJson, postJson } from "../api/client";
import type { KeptPlan, Move, Study } from "../api/studies";
import type { LayerSpec } from "../api/types";
import type { CockpitStore } from "../state/cockpit";
import { RESERVE_LAYERS, type Reserve, withMove } from "../state/reserve";
import { lastPart, work } from "./jobs";
import { openRun } from "./open";
import { planLayers, refreshStudies } from "./plans";

export async function startStudy(store: CockpitStore, question: string): Promise<void> {
  const { city } = store.state;
  const ended = await work(store, "/api/studies", { city: city?.name ?? "", study: question });
  if (ended.status === "successful" && ended.result) {
    await refreshStudies(store);
    await openStudy(store, lastPart(ended.result.href));
  }
}

/** Opens a study at its dearest plan; the map leaves the run, since a plan has no moment. */
export async function openStudy(store: CockpitStore, id: string): Promise<void> {
  const study = await getJson<Study>(`/api/studies/${id}`);
  if (store.state.run) {
    await openRun(store, null);
  }
  const point = study.points.at(-1)?.point ?? 0;
  await show(store, { study, plan: String(point), point, moved: null, held: null });
}

export async function choosePoint(store: CockpitStore, point: number): Promise<void> {
  const { reserve } = store.state;
  if (reserve) {
    await show(store, { ...reserve, plan: String(point), point, moved: null, held: null });
  }
}

/** Picks a depot up, or lays it down again where it stands. */
export function hold(store: CockpitStore, facility: string): void {
  const { reserve } = store.state;
  if (reserve) {
    store.set({ reserve: { ...reserve, held: reserve.held === facility ? null : facility } });
  }
}

export async function moveTo(store: CockpitStore, to: string | null): Promise<void> {
  const { reserve } = store.state;
  if (reserve?.held) {
    await ask(store, reserve, withMove(reserve.moved?.moves ?? [], reserve.held, to));
  }
}

export async function undoMove(store: CockpitStore): Promise<void> {
  const { reserve } = store.state;
  if (reserve?.moved) {
    await ask(store, reserve, reserve.moved.moves.slice(0, -1));
  }
}

/** Plays the moved plan through the study's drills; its figures then stand beside the front's. */
export async function replayPlan(store: CockpitStore): Promise<void> {
  const { reserve } = store.state;
  if (!reserve?.moved) {
    return;
  }
  const address = `/api/studies/${reserve.study.study}/plans/${reserve.plan}`;
  const ended = await work(store, `${address}/replay`, {});
  const kept = ended.status === "successful" ? await getJson<KeptPlan>(address) : null;
  const now = store.state.reserve;
  if (kept && now?.plan === kept.id) {
    store.set({ reserve: { ...now, moved: kept.moved } });
  }
}

async function ask(store: CockpitStore, reserve: Reserve, moves: readonly Move[]): Promise<void> {
  const { study, point } = reserve;
  if (moves.length === 0) {
    await choosePoint(store, point);
    return;
  }
  store.set({ isLoading: true, problem: null });
  try {
    const kept = await postJson<KeptPlan>(`/api/studies/${study.study}/plans`, { point, moves });
    await show(store, { ...reserve, plan: kept.id, moved: kept.moved, held: null });
  } finally {
    store.set({ isLoading: false });
  }
}

async function show(store: CockpitStore, reserve: Reserve): Promise<void> {
  const specs = await planLayers(store, reserve);
  store.set({ reserve, specs: [...withoutReserve(store.state.specs), ...specs] });
}

function withoutReserve(specs: readonly LayerSpec[]): readonly LayerSpec[] {
  return specs.filter((spec) => !RESERVE_LAYERS.includes(spec.id));
}

export function closeStudy(store: CockpitStore): void {
  store.set({ reserve: null, specs: withoutReserve(store.state.specs) });
}
