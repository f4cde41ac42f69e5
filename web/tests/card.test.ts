import { expect, test } from "vitest";
import type { Building, Facility } from "../src/api/types";
import { assumptions, buildingFacts, facilityFacts, holds, readRoles } from "../src/panels/card";

const hall: Facility = {
  facility: "sports_hall-01",
  kind: "sports_hall",
  name_zh: "第一体育馆",
  name_en: "Sports Hall 1",
  capacity: 800,
  capacity_unit: "persons",
  roles: "shelter:400;field_hospital:120",
  backup_hours: 2,
  grid: "990101001001001",
  source: "synthetic",
  assumed: "capacity,roles",
};

const house: Building = {
  use: "residential",
  height_m: 7.5,
  levels: 2,
  floor_area_m2: 404.7,
  households: 4,
  residents: 9,
  address_zh: "竹溪街157号",
  address_en: "157 Zhuxi Street",
  grid: "990101001001001",
  source: "osm:way/1",
  assumed: "",
};

test("roles are read with their capacity, and none gives none", () => {
  expect(readRoles(hall.roles)).toEqual([
    { id: "shelter", capacity: 400 },
    { id: "field_hospital", capacity: 120 },
  ]);
  expect(readRoles("")).toEqual([]);
});

test("a facility holds what its shelter role says, a shelter or hospital also its own capacity", () => {
  expect(holds(hall)).toBe(400);
  expect(holds({ ...hall, kind: "shelter", roles: "" })).toBe(800);
  expect(holds({ ...hall, kind: "depot", roles: "" })).toBe(0);
});

test("the card shows load and occupancy of the moment, and nothing of them without a run", () => {
  const facts = facilityFacts("en", hall, { state: 2, load: 100 });
  expect(facts.map((fact) => fact.value)).toContain("100 / 400 people");
  expect(facts.find((fact) => fact.share !== undefined)?.value).toBe("25%");
  const calm = facilityFacts("en", hall, { state: null, load: null });
  expect(calm.some((fact) => fact.share !== undefined)).toBe(false);
});

test("a building's numbers carry their units in both languages", () => {
  const values = (language: "zh" | "en") =>
    buildingFacts(language, house).map(({ value }) => value);
  expect(values("en")).toEqual([
    "residential",
    "2 storeys",
    "7.5 m",
    "405 m²",
    "9 people",
    "4 households",
  ]);
  expect(values("zh").slice(0, 3)).toEqual(["住宅", "2 层", "7.5 m"]);
});

test("what is made up and what is a stated default is said", () => {
  expect(assumptions("en", hall)).toBe("made up, synthetic · capacity · emergency roles");
  expect(assumptions("zh", house)).toBe("");
});
