import { expect, test } from "vitest";
import type { DistrictRelief, HospitalRecord } from "../src/api/operations";
import type { Drill, RunResult } from "../src/api/types";
import { busyHospitals, treatedBy } from "../src/panels/operations";
import { limitOf, suppliedTone } from "../src/panels/relief";

const hospital = (facility: string, beds: number, peak: number): HospitalRecord => ({
  facility,
  beds,
  icu_beds: 0,
  bays: 1,
  theatres: 0,
  surge_beds: 0,
  peak_occupancy: peak,
  treated: { immediate: 1, delayed: 2, minor: 0, expectant: 0 },
  operated: 0,
  died: 0,
  diverted: 0,
  transferred: 0,
  diversion_hours: 0,
  early_discharged: 0,
  postponed: 0,
});

test("the fullest hospital comes first, and a clinic that nobody came to not at all", () => {
  const idle = { ...hospital("idle", 0, 0), treated: { immediate: 0 } };
  const found = busyHospitals([hospital("a", 10, 0.4), idle, hospital("b", 10, 1.2)]);
  expect(found.map((one) => one.facility)).toEqual(["b", "a"]);
  expect(found.map(treatedBy)).toEqual([3, 3]);
});

test("a norm is the limit that the drill's own indicator sets", () => {
  const drill = { kpis: [{ id: "relief_h", measure: "first_supply_hours" }] } as unknown as Drill;
  const run = { kpis: [{ id: "relief_h", pass: 6 }] } as unknown as RunResult;
  expect(limitOf("first_supply_hours", drill, run)).toBe(6);
  expect(limitOf("district_supply_hours", drill, run)).toBeNull();
  expect(limitOf("first_supply_hours", null, run)).toBeNull();
});

test("a district in need is supplied in time, late or never; without need nothing is said", () => {
  const reached: DistrictRelief = { place: "990101", needed_s: 0, reached_s: 7200, hours: 2 };
  expect(suppliedTone(reached, 8)).toBe("met");
  expect(suppliedTone(reached, 1)).toBe("missed");
  expect(suppliedTone(reached, null)).toBe("");
  expect(suppliedTone({ ...reached, reached_s: null, hours: null }, 8)).toBe("missed");
  expect(suppliedTone({ ...reached, needed_s: null, reached_s: null, hours: null }, 8)).toBe("");
});
