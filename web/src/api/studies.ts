/** Reserve studies as the server writes them: simulation/studies/result.py. */

import type { Words } from "./types";

/** A mean over runs and its 95 % interval, null where one run leaves none. */
export interface Interval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

export interface StudyItem {
  readonly study: string;
  readonly id: string;
  readonly title: Words;
  readonly city: string;
  readonly synthetic: boolean;
  readonly points: number;
}

/** A study of the library that may be asked. */
export interface Question {
  readonly name: string;
  readonly title: Words;
  readonly summary: Words;
  readonly drills: readonly string[];
  readonly points: number;
}

export interface StudySite {
  readonly facility: string;
  readonly name: Words;
  readonly state: "candidate" | "existing" | "required";
  readonly survives: number;
}

export interface StockRow {
  readonly item: string;
  readonly unit: string;
  readonly mode: "physical" | "agreement" | "production";
  readonly quantity: number;
  readonly yuan: number;
}

export interface Depot {
  readonly facility: string;
  readonly name: Words;
  readonly size: string;
  readonly is_existing: boolean;
  readonly volume_m3: number;
  readonly stock: readonly StockRow[];
}

export interface ReplayMeasure {
  readonly measure: string;
  readonly title: Words;
  readonly unit: string;
  readonly better: "lower" | "higher";
  readonly value: Interval;
  readonly base: Interval;
  readonly difference: Interval;
}

export interface Disagreement {
  readonly measure: string;
  readonly title: Words;
  readonly unit: string;
  readonly optimiser: number | null;
  readonly simulation: number | null;
  readonly agrees: boolean;
  readonly because: readonly Words[];
}

/** A place between which evenness is measured. */
export interface District {
  readonly district: string;
  readonly name: Words;
  readonly residents: number;
  readonly need_person_hours: number;
}

/** How evenly a plan serves the districts, the least served first. */
export interface Evenness {
  readonly gini: number;
  readonly most_gini: number | null;
  readonly access_hours: number;
  readonly districts: readonly {
    readonly district: string;
    readonly access: number;
    readonly unmet_share: number;
  }[];
}

/** The depots whose joint loss costs a plan most. */
export interface WorstLoss {
  readonly depots: readonly { readonly facility: string; readonly name: Words }[];
  readonly unmet_person_hours: number;
  readonly more_person_hours: number;
  readonly is_chosen_against: boolean;
}

export interface FrontPoint {
  readonly point: number;
  readonly budget_yuan: number;
  readonly cost_yuan: number;
  readonly certificate: {
    readonly value: number;
    readonly gap: number;
    readonly is_proven: boolean;
    readonly uneven_value: number | null;
  };
  readonly expected: {
    readonly unmet_person_hours: number;
    readonly first_supply_hours: number | null;
    readonly response_hours: number | null;
  };
  readonly tiers: readonly {
    readonly tier: string;
    readonly title: Words;
    readonly within_hours: number;
    readonly share: number;
  }[];
  readonly depots: readonly Depot[];
  readonly evenness: Evenness | null;
  readonly worst_loss: WorstLoss | null;
  readonly replay: { readonly measures: readonly ReplayMeasure[] } | null;
  readonly disagreement: readonly Disagreement[];
}

export interface YuanRow {
  readonly option: string;
  readonly title: Words;
  readonly facility: string | null;
  readonly item: string | null;
  readonly cost_yuan: number;
  readonly measure: string;
  readonly unit: string;
  readonly gain: Interval;
  readonly gain_per_10000_yuan: Interval;
  readonly how: "optimiser" | "simulation";
  readonly because: Words;
}

export interface Baseline {
  readonly base: "present" | "none";
  readonly title: Words;
  readonly cost_yuan: number | null;
  readonly expected: { readonly unmet_person_hours: number } | null;
  readonly measures: readonly { readonly measure: string; readonly value: Interval }[];
}

export interface Study {
  readonly study: string;
  readonly id: string;
  readonly title: Words;
  readonly city: string;
  readonly synthetic: boolean;
  readonly base: "present" | "none";
  readonly findings: readonly Words[];
  readonly baseline: Baseline;
  readonly without: { readonly unmet_person_hours: number };
  readonly scenarios: readonly unknown[];
  readonly districts: readonly District[];
  readonly sites: readonly StudySite[];
  readonly points: readonly FrontPoint[];
  readonly next_yuan: readonly YuanRow[];
  readonly basis: Readonly<Record<"S" | "K" | "A", number>>;
  readonly limits: readonly Words[];
}

/** One change that a planner makes: `to` is null where the depot closes. */
export interface Move {
  readonly facility: string;
  readonly to: string | null;
}

export interface MovedPlan {
  readonly point: number;
  readonly moves: readonly Move[];
  readonly is_replayed: boolean;
  readonly label: Words;
  readonly plan: FrontPoint;
  readonly difference_person_hours: number;
  readonly difference_yuan: number;
  readonly broken_rules: readonly Words[];
}

export interface KeptPlan {
  readonly id: string;
  readonly moved: MovedPlan;
}
