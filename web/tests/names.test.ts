import { expect, test } from "vitest";
import { type Named, thin } from "../src/map/names";

function named(x: number, y: number, en: string): Named {
  return { position: [x, y], zh: "名", en };
}

const straight = ([x, y]: readonly [number, number, number?]): readonly [number, number] => [x, y];

test("of two names on each other the one nearer to the middle stays", () => {
  const rows = [named(40, 0, "outer"), named(10, 0, "inner")];
  expect(thin(rows, "en", straight, [0, 0]).map((row) => row.en)).toEqual(["inner"]);
});

test("names with room for each other all stay", () => {
  const rows = [named(0, 0, "one"), named(0, 40, "two"), named(300, 0, "three")];
  expect(thin(rows, "en", straight, [0, 0])).toHaveLength(3);
});
