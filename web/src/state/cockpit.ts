/** Everything the page knows; panels and map draw it, operations change it. */

import type { Question, StudyItem } from "../api/studies";
import type {
  City,
  CitySummary,
  Drill,
  DrillSummary,
  Job,
  LayerSpec,
  Place,
  PlaceCurve,
  Placement,
  RunEvent,
  RunResult,
  RunSummary,
  Scene,
  Thing,
  Words,
} from "../api/types";
import { type Language, pick } from "../words";
import { type Address, readAddress, type Theme } from "./address";
import { type Clock, restingClock, type Span } from "./clock";
import type { Versus } from "./comparison";
import type { Reserve } from "./reserve";
import { Store } from "./store";

export type Panel = "layers" | "events" | "run" | "placement" | "compare" | "operations";

export interface Cockpit {
  readonly language: Language;
  readonly theme: Theme;
  readonly scene: Scene | null;
  readonly cities: readonly CitySummary[] | null;
  readonly drills: readonly DrillSummary[];
  readonly runs: readonly RunSummary[];
  readonly city: City | null;
  readonly places: ReadonlyMap<string, Place>;
  readonly place: string;
  /** Names of facilities by identifier. */
  readonly facilities: ReadonlyMap<string, Words>;
  readonly run: RunResult | null;
  readonly drill: Drill | null;
  readonly events: readonly RunEvent[];
  readonly curve: PlaceCurve | null;
  readonly specs: readonly LayerSpec[];
  /** Layers that differ from what the server shows first. */
  readonly chosenLayers: Readonly<Record<string, boolean>>;
  readonly clock: Clock;
  readonly panel: Panel | null;
  /** The building or facility that was clicked. */
  readonly card: Thing | null;
  readonly isLeadersOpen: boolean;
  readonly job: Job | null;
  readonly placement: Placement | null;
  /** The run that the open one is held against. */
  readonly versus: Versus | null;
  readonly isComparing: boolean;
  readonly studies: readonly StudyItem[];
  readonly questions: readonly Question[];
  /** The reserve study that is open. */
  readonly reserve: Reserve | null;
  readonly problem: string | null;
  readonly isLoading: boolean;
  /** Counts arrivals of state from the server. */
  readonly arrivals: number;
}

export type CockpitStore = Store<Cockpit>;

export function openCockpit(search: string): { store: CockpitStore; address: Address } {
  const address = readAddress(search);
  const store = new Store<Cockpit>({
    language: address.language,
    theme: address.theme,
    scene: null,
    cities: null,
    drills: [],
    runs: [],
    city: null,
    places: new Map(),
    place: "",
    facilities: new Map(),
    run: null,
    drill: null,
    events: [],
    curve: null,
    specs: [],
    chosenLayers: address.layers,
    clock: restingClock,
    panel: address.versus ? "compare" : null,
    card: null,
    isLeadersOpen: true,
    job: null,
    placement: null,
    versus: null,
    isComparing: false,
    studies: [],
    questions: [],
    reserve: null,
    problem: null,
    isLoading: true,
    arrivals: 0,
  });
  return { store, address };
}

export function runSpan(run: RunResult | null): Span | null {
  return run && { start_s: run.start_s, end_s: run.end_s, step_s: run.step_s };
}

export function isShown(cockpit: Cockpit, spec: LayerSpec): boolean {
  return cockpit.chosenLayers[spec.id] ?? spec.visible;
}

export function addressOf(cockpit: Cockpit): Address {
  return {
    city: cockpit.city?.name ?? null,
    run: cockpit.run?.run ?? null,
    versus: cockpit.versus?.other.run ?? null,
    place: cockpit.place || null,
    time_s: cockpit.run ? cockpit.clock.time_s : null,
    language: cockpit.language,
    theme: cockpit.theme,
    layers: cockpit.chosenLayers,
  };
}

/** Gives an organisation's name as the drill titles it; a team keeps its identifier. */
export function organisationName({ drill, language }: Cockpit, id: string): string {
  const known = drill?.organisations?.find((one) => one.id === id);
  return pick(language, known?.title) || id.replaceAll("_", " ");
}

export function facilityName({ facilities, language }: Cockpit, id: string): string {
  return pick(language, facilities.get(id)) || id.replaceAll("_", " ");
}

export function placeName({ places, language }: Cockpit, code: string): string {
  return pick(language, places.get(code)?.name) || code;
}
