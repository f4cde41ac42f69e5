import { describe, expect, it } from "vitest";
import type { Study } from "../src/api/studies";
import { scaleOf, ticks } from "../src/panels/front";
import { withMove } from "../src/state/reserve";
import { compact, signed } from "../src/words/numbers";

describe("moving depots", () => {
  it("adds a move, and closes where there is no target", () => {
    expect(withMove([], "a", "b")).toEqual([{ facility: "a", to: "b" }]);
    expect(withMove([], "a", null)).toEqual([{ facility: "a", to: null }]);
  });

  it("moves a moved depot from where it stood first", () => {
    expect(withMove([{ facility: "a", to: "b" }], "b", "c")).toEqual([{ facility: "a", to: "c" }]);
  });

  it("forgets a move that leads back", () => {
    expect(withMove([{ facility: "a", to: "b" }], "b", "a")).toEqual([]);
  });
});

describe("the front", () => {
  const study = {
    base: "present",
    baseline: {
      cost_yuan: 250,
      expected: { unmet_person_hours: 700 },
      measures: [
        { measure: "unmet_person_hours", value: { mean: 800, low: 790, high: 1000, n: 2 } },
      ],
    },
    without: { unmet_person_hours: 900 },
    points: [{ point: 0, cost_yuan: 100, expected: { unmet_person_hours: 600 }, replay: null }],
  } as unknown as Study;

  it("holds every point and the base inside its frame", () => {
    const { x, y } = scaleOf(study);
    expect(x(100)).toBeLessThan(x(250));
    expect(x(250)).toBeLessThan(320);
    expect(y(1000)).toBeGreaterThan(0);
    expect(y(900)).toBeGreaterThan(0);
    expect(y(600)).toBeGreaterThan(y(900));
  });
});

describe("ticks", () => {
  it("are round and end below the largest value", () => {
    expect(ticks(571_437)).toEqual([0, 200_000, 400_000]);
    expect(ticks(1_113_594)).toEqual([0, 500_000, 1_000_000]);
    expect(ticks(3)).toEqual([0, 1, 2, 3]);
  });
});

describe("short numbers", () => {
  it("are written as each language does", () => {
    expect(compact("zh", 123_000)).toBe("12.3万");
    expect(compact("en", 123_000)).toBe("123k");
    expect(signed("en", 1500)).toBe("+1.5k");
    expect(signed("en", 0)).toBe("0");
  });
});
