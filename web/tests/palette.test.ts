import { expect, test } from "vitest";
import type { Colour } from "../src/api/types";
import { packColour, paintFeatures, spreadWords, stateHeights } from "../src/layers/palette";
import { paintCells } from "../src/layers/raster";

const red: Colour = [255, 0, 0, 255];
const blue: Colour = [0, 0, 255, 255];
const base = {
  palette: [red, blue],
  kind: Uint8Array.of(0, 1),
  id: Uint32Array.of(1, 0),
  start: Uint32Array.of(0, 4, 9),
};

test("a colour is packed as the GPU reads bytes", () => {
  const bytes = new Uint8Array(Uint32Array.of(packColour([1, 2, 3, 4])).buffer);
  expect([...bytes]).toEqual([1, 2, 3, 4]);
});

test("without state the kind gives the colour", () => {
  expect([...paintFeatures(base)]).toEqual([packColour(red), packColour(blue)]);
});

test("a state's null keeps the kind's colour, its entry replaces it, by table row", () => {
  const words = paintFeatures({ ...base, statePalette: [null, red], state: Uint8Array.of(1, 0) });
  expect([...words]).toEqual([packColour(red), packColour(red)]);
});

test("a value beyond the palette takes its last entry", () => {
  const words = paintFeatures({ ...base, statePalette: [blue], state: Uint8Array.of(99, 99) });
  expect([...words]).toEqual([packColour(blue), packColour(blue)]);
});

test("what is out of focus keeps its colour and loses opacity", () => {
  const [first, second] = paintFeatures({ ...base, focus: Uint8Array.of(1, 0) });
  expect((first ?? 0) & 0xffffff).toBe(packColour(red) & 0xffffff);
  expect((first ?? 0) >>> 24).toBeLessThan(100);
  expect(second).toBe(packColour(blue));
});

test("a word per feature becomes a word per vertex", () => {
  expect([...spreadWords(Uint32Array.of(7, 8), Uint32Array.of(0, 1, 3))]).toEqual([7, 8, 8]);
});

test("a height is the value at the row, scaled, and never below the least", () => {
  expect([...stateHeights(Uint32Array.of(1, 0), Int32Array.of(0, 100), 0.5, 4)]).toEqual([50, 4]);
});

test("water between two steps lies between their depths", () => {
  const palette = Uint32Array.from({ length: 256 }, (_, at) => at);
  const words = new Uint32Array(2);
  paintCells(words, palette, Uint8Array.of(0, 10), Uint8Array.of(20, 10), 0.5);
  expect([...words]).toEqual([10, 10]);
});
