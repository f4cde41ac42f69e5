import { expect, test } from "vitest";
import { zoomFor } from "../src/map/camera";

const whole = [-180, -85.0511, 180, 85.0511] as const;

test("a box of half the size is seen one level nearer", () => {
  const large = zoomFor([120, 30, 120.2, 30.01], 0, 800, 800);
  const small = zoomFor([120.05, 30, 120.15, 30.005], 0, 800, 800);
  expect(small - large).toBeCloseTo(1, 3);
});

test("the whole world fills its own square at zoom 0", () => {
  expect(zoomFor(whole, 0, 512, 512)).toBeCloseTo(0, 3);
});

test("a box is never seen nearer than a street", () => {
  expect(zoomFor([120, 30, 120.00001, 30.00001], 20, 800, 800)).toBe(17);
});
