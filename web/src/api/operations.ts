/** How a run was kept going: hospitals, relief supplies, levels of command. */

import type { Level, Words } from "./words";

/** What became of one hospital or clinic; everyday patients are counted in. */
export interface HospitalRecord {
  readonly facility: string;
  readonly beds: number;
  readonly icu_beds: number;
  readonly bays: number;
  readonly theatres: number;
  readonly surge_beds: number;
  readonly peak_occupancy: number;
  readonly treated: Readonly<Record<string, number>>;
  readonly operated: number;
  readonly died: number;
  readonly diverted: number;
  readonly transferred: number;
  readonly diversion_hours: number;
  readonly early_discharged: number;
  readonly postponed: number;
}

/** One item over the whole run; `cover` is the share of person-hours in need that were met. */
export interface ItemRelief {
  readonly item: string;
  readonly title: Words;
  readonly unit: string;
  readonly need: number;
  readonly met: number;
  readonly person_hours: number;
  readonly unmet_person_hours: number;
  readonly cover: number;
}

/** When a district first needed relief, and when the first load came; null where neither was. */
export interface DistrictRelief {
  readonly place: string;
  readonly needed_s: number | null;
  readonly reached_s: number | null;
  readonly hours: number | null;
}

export interface Relief {
  readonly items: readonly ItemRelief[];
  readonly districts: readonly DistrictRelief[];
}

/** What one level of command had to do; waits are null where it had nothing. */
export interface LevelLoad {
  readonly level: Level;
  readonly matters: number;
  readonly closed: number;
  readonly escalated: number;
  readonly wait_p50_minutes: number | null;
  readonly wait_p90_minutes: number | null;
  readonly load: number;
}
