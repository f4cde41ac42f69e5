/** Opening a city or a run: everything that the page needs of it, in one change of state. */

import { getItems, getJson, ServerProblem } from "../api/client";
import type {
  City,
  CitySummary,
  Drill,
  DrillSummary,
  LayerSpec,
  Place,
  RunEvent,
  RunResult,
  RunSummary,
  Scene,
  Words,
} from "../api/types";
import type { Address } from "../state/address";
import { clampTime } from "../state/clock";
import { type Cockpit, type CockpitStore, runSpan } from "../state/cockpit";
import { LEVELS } from "../state/places";
import { compareWith } from "./compare";
import { choosePlace } from "./place";
import { planLayers, refreshStudies } from "./plans";

/** Events are read in pages of this many lines, as many pages as the log has. */
const EVENTS_PAGE = 1000;
/** Names are asked for so many facilities; others show their identifier. */
const FACILITIES = 1000;

const noRun = {
  run: null,
  drill: null,
  events: [],
  curve: null,
  card: null,
  versus: null,
} as const;

/** Shows a refusal as one line; anything else is a fault and goes on to the console. */
export function report(store: CockpitStore, problem: unknown): void {
  if (problem instanceof ServerProblem || problem instanceof RangeError) {
    store.set({ problem: problem.message, isLoading: false });
    return;
  }
  throw problem;
}

function look(cockpit: Cockpit): string {
  return `theme=${cockpit.theme}&language=${cockpit.language}`;
}

export async function openFirst(store: CockpitStore, address: Address): Promise<void> {
  const [scene, cities, drills] = await Promise.all([
    getJson<Scene>(`/api/scene?${look(store.state)}`),
    getItems<CitySummary>("/api/cities"),
    getItems<DrillSummary>("/api/drills"),
  ]);
  store.set({ scene, cities, drills });
  const name = address.city ?? cities.find((city) => city.name === "demo")?.name ?? cities[0]?.name;
  if (!name) {
    store.set({ isLoading: false });
    return;
  }
  await openCity(store, name, address);
}

async function getPlaces(name: string): Promise<ReadonlyMap<string, Place>> {
  const lists = await Promise.all(
    LEVELS.map((level) => getItems<Place>(`/api/cities/${name}/places?level=${level}`)),
  );
  return new Map(lists.flat().map((place) => [place.code, place]));
}

interface FacilityFeature {
  readonly properties: {
    readonly facility: string;
    readonly name_zh: string;
    readonly name_en: string;
  };
}

async function getFacilities(name: string): Promise<ReadonlyMap<string, Words>> {
  const address = `/api/cities/${name}/layers/facilities/items?limit=${FACILITIES}`;
  const { features } = await getJson<{ features: readonly FacilityFeature[] }>(address);
  return new Map(
    features.map(({ properties }) => [
      properties.facility,
      { zh: properties.name_zh, en: properties.name_en },
    ]),
  );
}

async function getRuns(city: string): Promise<readonly RunSummary[]> {
  const runs = await getItems<RunSummary>("/api/runs");
  return runs.filter((run) => run.city === city);
}

export async function refreshRuns(store: CockpitStore): Promise<void> {
  const { city } = store.state;
  if (city) {
    store.set({ runs: await getRuns(city.name) });
  }
}

/** Opens a city and, unless the address says otherwise, its newest run. */
export async function openCity(
  store: CockpitStore,
  name: string,
  address: Address | null = null,
): Promise<void> {
  store.set({ isLoading: true, placement: null, reserve: null });
  const [city, places, runs, facilities] = await Promise.all([
    getJson<City>(`/api/cities/${encodeURIComponent(name)}`),
    getPlaces(name),
    getRuns(name),
    getFacilities(name),
  ]);
  const top = [...places.values()].find((place) => place.level === "city")?.code ?? "";
  store.set({ city, places, facilities, runs, place: top, ...noRun });
  await refreshStudies(store);
  const run = address?.run ?? runs[0]?.run ?? null;
  await openRun(store, run, address?.time_s ?? null);
  if (address?.versus) {
    await compareWith(store, address.versus);
  }
  if (address?.place && places.has(address.place)) {
    await choosePlace(store, address.place);
  }
}

async function getEvents(run: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for (;;) {
    const last = events.at(-1)?.sequence;
    const after = last === undefined ? "" : `&after=${last}`;
    const page = await getItems<RunEvent>(`/api/runs/${run}/events?limit=${EVENTS_PAGE}${after}`);
    events.push(...page);
    if (page.length < EVENTS_PAGE) {
      return events;
    }
  }
}

/** Opens a run of the city that is open, or the city alone where `id` is null. */
export async function openRun(
  store: CockpitStore,
  id: string | null,
  time_s: number | null = null,
): Promise<void> {
  const { city, clock } = store.state;
  if (!city) {
    return;
  }
  if (!id) {
    const specs = await getItems<LayerSpec>(`/api/cities/${city.name}/layers?${look(store.state)}`);
    store.set({ specs, ...noRun, isLoading: false });
    return;
  }
  store.set({ isLoading: true });
  const [run, specs, events] = await Promise.all([
    getJson<RunResult>(`/api/runs/${id}`),
    getItems<LayerSpec>(`/api/runs/${id}/layers?${look(store.state)}`),
    getEvents(id),
  ]);
  const drill = await getJson<Drill>(`/api/drills/${run.drill}`);
  const span = runSpan(run);
  const start = span ? clampTime(span, time_s ?? worstMoment(run)) : 0;
  store.set({
    run,
    specs,
    events,
    drill,
    reserve: null,
    versus: null,
    card: null,
    isLoading: false,
    clock: { ...clock, time_s: start, isPlaying: false },
  });
  await choosePlace(store, store.state.place);
}

/** Gives the moment of the lowest service: what a leader should see first. */
function worstMoment(run: RunResult): number {
  const { time_s, quality } = run.curve;
  const lowest = quality.indexOf(Math.min(...quality));
  return time_s[lowest] ?? run.start_s;
}

/** Asks for layers and scene again, after theme or language changed. */
export async function restyle(store: CockpitStore): Promise<void> {
  const { city, run, placement, reserve } = store.state;
  const owner = run ? `/api/runs/${run.run}` : city && `/api/cities/${city.name}`;
  const scene = await getJson<Scene>(`/api/scene?${look(store.state)}`);
  const specs = owner ? await getItems<LayerSpec>(`${owner}/layers?${look(store.state)}`) : [];
  const reach = placement
    ? await getItems<LayerSpec>(
        `/api/placements/${placement.placement}/layers?${look(store.state)}`,
      )
    : [];
  const plan = reserve ? await planLayers(store, reserve) : [];
  store.set({ scene, specs: [...specs, ...reach, ...plan] });
}
