import { expect, test } from "vitest";
import type { Level, Place } from "../src/api/types";
import { childrenOf, focusRows, levelOf, lineage, ofLevel, stepTowards } from "../src/state/places";

function place(code: string, level: Level): [string, Place] {
  const name = { zh: code, en: code };
  return [
    code,
    { code, level, name, residents: 1, households: 1, bbox: [0, 0, 1, 1], parent: null },
  ];
}

const GRID = "990102001003004";
const places = new Map<string, Place>([
  place("9901", "city"),
  place("990101", "district"),
  place("990102", "district"),
  place("990102001", "street"),
  place("990102001003", "community"),
  place(GRID, "grid"),
  place("990101001001001", "grid"),
]);

test("a code's length is its level", () => {
  expect(["9901", "990102", "990102001", "990102001003", GRID].map(levelOf)).toEqual([
    "city",
    "district",
    "street",
    "community",
    "grid",
  ]);
});

test("the lineage of a grid has five places, city first", () => {
  expect(lineage(places, GRID).map((one) => one.level)).toEqual([
    "city",
    "district",
    "street",
    "community",
    "grid",
  ]);
});

test("a click on a grid goes one level down towards it", () => {
  expect(stepTowards("9901", GRID)).toBe("990102");
  expect(stepTowards("990102", GRID)).toBe("990102001");
  expect(stepTowards("990102001003", GRID)).toBe(GRID);
});

test("a click beside the chosen place goes to the sibling that holds it", () => {
  expect(stepTowards("990101", GRID)).toBe("990102");
});

test("children are one level down and in code order", () => {
  expect(childrenOf(places, "9901").map((one) => one.code)).toEqual(["990101", "990102"]);
  expect(childrenOf(places, GRID)).toEqual([]);
});

test("rows outside the chosen place are out of focus; the city has no focus", () => {
  expect(ofLevel(places, "grid")[0]?.code).toBe("990101001001001");
  expect([...(focusRows(places, "grid", "990102") ?? [])]).toEqual([0, 1]);
  expect(focusRows(places, "grid", "9901")).toBeNull();
});
