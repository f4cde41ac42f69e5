/** What the server says, as docs/reference/formats.md describes it. */

import type { HospitalRecord, LevelLoad, Relief } from "./operations";
import type { Level, Words } from "./words";

export type { Level, Words };

export type Colour = readonly [number, number, number, number];
export type Rating = "P" | "S" | "M" | "U";

export interface Items<T> {
  readonly items: readonly T[];
}

export interface Camera {
  readonly longitude: number;
  readonly latitude: number;
  readonly zoom: number;
  readonly pitch: number;
  readonly bearing: number;
}

export type Box = readonly [number, number, number, number];

export interface CitySummary {
  readonly name: string;
  readonly release: string;
  readonly title: Words;
  readonly synthetic: boolean;
  readonly kind: "synthetic" | "imported";
  readonly residents: number;
  readonly households: number;
  readonly buildings: number;
  readonly bbox: Box;
  readonly centre: readonly [number, number];
}

export interface City extends CitySummary {
  readonly provenance: {
    readonly sources?: readonly unknown[];
    readonly assumptions?: readonly unknown[];
    readonly created?: string;
  };
  readonly counts: Readonly<Record<string, unknown>>;
  readonly camera: Camera;
}

export interface Place {
  readonly code: string;
  readonly level: Level;
  readonly name: Words;
  readonly residents: number;
  readonly households: number;
  readonly bbox: Box;
  readonly parent: string | null;
}

export interface DrillSummary {
  readonly name: string;
  readonly title: Words;
}

export interface Inject {
  readonly id: string;
  /** Seconds from T0; null where a condition fires it. */
  readonly at: number | null;
  readonly kind: "info" | "event" | "hidden" | "cont" | "end";
  readonly message: Words;
}

export interface Decision {
  readonly id: string;
  readonly opens: number;
  readonly question: Words;
  readonly options: readonly { readonly id: string; readonly title: Words }[];
  readonly default: string;
}

export interface Organisation {
  readonly id: string;
  readonly title: Words;
}

export interface Drill {
  readonly id: string;
  readonly title: Words;
  /** Moment of T0, ISO 8601. */
  readonly t0: string;
  readonly organisations: readonly Organisation[];
  readonly injects: readonly Inject[];
  readonly decisions: readonly Decision[];
  readonly kpis?: readonly { readonly id: string; readonly measure: string }[];
  readonly relief?: {
    readonly items: readonly { readonly id: string; readonly use: "consumed" | "issued" }[];
  };
}

export interface ObjectiveRating {
  readonly objective: string;
  readonly title: Words;
  readonly rating: Rating;
  readonly because: Words;
  readonly evidence: readonly number[];
}

export interface Indicator {
  readonly id: string;
  readonly title: Words;
  readonly value: number | null;
  readonly unit: string;
  readonly op: ">=" | "<=";
  readonly pass: number;
  readonly target: number;
  readonly met: boolean;
  readonly basis: "S" | "K" | "A";
  readonly citation: string;
}

export interface RedLine {
  readonly id: string;
  readonly title: Words;
  readonly broken: boolean;
  readonly first_s: number | null;
  readonly hours: number;
  readonly grace_hours: number;
  readonly place: string | null;
}

export interface PlaceResilience {
  readonly index: number;
  readonly mean: number;
  readonly tail: number;
  readonly band: number;
  readonly worst_function: string | null;
  readonly worst_s: number | null;
}

export interface Whistle {
  readonly id: string;
  readonly time_s: number;
  readonly place: string;
  readonly to: string;
  readonly report_in_minutes: number | null;
  readonly within_minutes: number;
  readonly met: boolean;
}

export interface ConversionTask {
  readonly id: string;
  readonly title: Words;
  readonly start_s: number;
  readonly end_s: number;
  readonly crew: number;
  readonly float_s: number;
  readonly critical: boolean;
}

export interface Conversion {
  readonly facility: string;
  readonly role: string;
  readonly tasks: readonly ConversionTask[];
  readonly ready_s: number | null;
  readonly hours: number | null;
}

export interface Curve {
  readonly time_s: readonly number[];
  readonly quality: readonly number[];
}

export interface RunSummary {
  readonly run: string;
  readonly city: string;
  readonly drill: string;
  readonly seed: number;
  readonly decisions?: Readonly<Record<string, string>>;
  readonly release?: string;
  /** The run that a fork left, and when. */
  readonly parent?: string | null;
  readonly forked_at_s?: number | null;
}

export interface Change {
  readonly decisions?: Readonly<Record<string, string>>;
  readonly norms?: Readonly<Record<string, number>>;
  readonly injects?: readonly { readonly id: string }[];
  readonly moves?: Readonly<Record<string, number>>;
  readonly without?: readonly string[];
}

export interface RunResult extends RunSummary {
  readonly release: string;
  readonly decisions: Readonly<Record<string, string>>;
  readonly engine: string;
  readonly events: number;
  readonly digest: string;
  readonly start_s: number;
  readonly end_s: number;
  readonly step_s: number;
  readonly population: number;
  readonly synthetic: boolean;
  readonly ratings: readonly ObjectiveRating[];
  readonly kpis: readonly Indicator[];
  readonly red_lines: readonly RedLine[];
  readonly resilience: {
    readonly city: number;
    readonly levels: Readonly<Record<string, PlaceResilience>>;
  };
  readonly curve: Curve;
  readonly whistles: readonly Whistle[];
  readonly conversion: readonly Conversion[];
  readonly hospitals?: readonly HospitalRecord[];
  readonly relief?: Relief;
  readonly levels?: readonly LevelLoad[];
  readonly reserve?: string | null;
  /** What a fork changed; what it did not change is left out. */
  readonly change?: Change | null;
  readonly moves: {
    readonly forced: number;
    readonly arrived: number;
    readonly not_arrived: number;
  };
  readonly basis: Readonly<Record<"S" | "K" | "A", number>>;
  readonly limits: readonly Words[];
}

export interface PlaceCurve extends Curve {
  readonly functions: Readonly<Record<string, readonly (number | null)[] | null>>;
  readonly residents_present: readonly number[];
}

export interface RunEvent {
  readonly tick: number;
  readonly time_s: number;
  readonly sequence: number;
  readonly kind: string;
  readonly who: string | null;
  readonly place: string | null;
  readonly [detail: string]: unknown;
}

export type JobStatus = "accepted" | "running" | "successful" | "failed" | "dismissed";

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly field?: string | null;
}

export interface Job {
  readonly job: string;
  readonly kind: "run" | "fork" | "placement" | "study" | "replay";
  readonly status: JobStatus;
  readonly progress: number;
  readonly message: string;
  readonly result: { readonly href: string } | null;
  readonly problem: Problem | null;
}

export interface OpenDepot {
  readonly facility: string;
  readonly name: Words;
  readonly residents: number;
  readonly mean_minutes: number | null;
}

export interface Placement {
  readonly placement: string;
  readonly open: readonly OpenDepot[];
  readonly value: number;
  readonly bound: number;
  readonly gap: number;
  readonly is_proven: boolean;
  readonly mean_minutes: number;
  readonly within_minutes: number;
  readonly covered_residents: number;
  readonly covered_share: number;
  readonly unreachable_residents: number;
  readonly assumptions: readonly Words[];
}

export interface LegendEntry {
  readonly colour: Colour;
  readonly title: Words;
  readonly unit: string;
}

interface ThingProperties {
  readonly grid: string;
  readonly source: string;
  /** Attributes that are stated defaults, joined by commas. */
  readonly assumed: string;
}

/** A row of twin/schema/buildings.csv, as far as the page shows it. */
export interface Building extends ThingProperties {
  readonly use: string;
  readonly height_m: number;
  readonly levels: number;
  readonly floor_area_m2: number;
  readonly households: number;
  readonly residents: number;
  readonly address_zh: string;
  readonly address_en: string;
}

/** A row of twin/schema/facilities.csv, as far as the page shows it. */
export interface Facility extends ThingProperties {
  readonly facility: string;
  readonly kind: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly capacity: number;
  readonly capacity_unit: string;
  readonly roles: string;
  readonly backup_hours: number;
}

export type Thing =
  | { readonly layer: "buildings"; readonly row: number; readonly properties: Building }
  | { readonly layer: "facilities"; readonly row: number; readonly properties: Facility };

export type ThingLayer = Thing["layer"];

export interface LayerSpec {
  readonly id: string;
  readonly title: Words;
  readonly kind: string;
  readonly order: number;
  readonly visible: boolean;
  readonly style: readonly { readonly "@@type": string; readonly id: string }[];
  readonly legend: readonly LegendEntry[];
  readonly levels: readonly Level[];
  readonly state?: { readonly values: readonly { readonly title: Words }[] } | null;
  readonly time: {
    readonly start_s: number;
    readonly end_s: number;
    readonly step_s: number;
  } | null;
  readonly provenance: {
    readonly synthetic: boolean;
    readonly release: string;
    readonly licence: string;
    readonly assumptions: readonly string[];
  };
}

export interface Light {
  readonly color: readonly [number, number, number];
  readonly intensity: number;
  readonly direction?: readonly [number, number, number];
}

/** What is neither layer nor words: ground, light, bands, colours of the page. */
export interface Scene {
  readonly ground: Colour;
  readonly effects: readonly { readonly ambient: Light; readonly sun: Light }[];
  readonly bands: readonly {
    readonly band: number;
    readonly colour: Colour;
    readonly title: Words;
    readonly from: number;
    readonly to: number;
  }[];
  readonly ratings: Readonly<Record<Rating, { readonly colour: Colour; readonly title: Words }>>;
  readonly curve: { readonly line: Colour; readonly fill: Colour; readonly grid: Colour };
  readonly css: Readonly<Record<string, string>>;
}
