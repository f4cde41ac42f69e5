import { expect, test } from "vitest";
import { problemLine } from "../src/api/client";
import type { RedLine } from "../src/api/types";
import { standing } from "../src/panels/redlines";
import { inMarks } from "../src/panels/timeline";
import { indexAt, linePath } from "../src/state/series";
import { say, words } from "../src/words";
import { measured, moment, percent } from "../src/words/numbers";

const line: RedLine = {
  id: "N1",
  title: { zh: "供电", en: "power" },
  broken: true,
  first_s: 3600,
  hours: 2,
  grace_hours: 0,
  place: null,
};

test("a red line holds before its first breach, is broken in it, was broken after", () => {
  expect(standing(line, [], 0)).toBe("holds");
  expect(standing(line, [], 3600)).toBe("broken");
  expect(standing(line, [], 3600 * 3)).toBe("was");
});

test("an inject stands where the log says it fell; a conditional one that never fired is not shown", () => {
  const text = { zh: "甲", en: "a" };
  const injects = [
    { id: "T1", at: 0, kind: "hidden", message: text },
    { id: "T2", at: null, kind: "cont", message: text },
    { id: "T3", at: null, kind: "cont", message: text },
  ] as const;
  const log = [
    {
      tick: 0,
      time_s: 900,
      sequence: 1,
      kind: "inject.sent",
      who: null,
      place: null,
      inject: "T3",
    },
  ];
  const marks = inMarks(injects, log);
  expect(marks.map((mark) => [mark.id, mark.time_s, mark.isHidden])).toEqual([
    ["T1", 0, true],
    ["T3", 900, false],
  ]);
});

test("a moment is read before, at and after T0", () => {
  expect([moment(-50_400), moment(0), moment(11_700)]).toEqual(["T−14:00", "T+00:00", "T+03:15"]);
});

test("every number carries its unit", () => {
  expect(measured("en", 0.971, "1")).toBe("97.1%");
  expect(measured("en", 12.5, "min")).toBe("12.5 min");
  expect(percent(0.5)).toBe("50%");
});

test("every word is there in both languages, and the placeholders agree", () => {
  for (const [key, both] of Object.entries(words)) {
    const holes = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join();
    expect(both.zh, key).not.toBe("");
    expect(holes(both.en), key).toBe(holes(both.zh));
  }
  expect(say("en", "readyAt", { time: "T+01:00", hours: 8 })).toBe("ready T+01:00, 8 h");
});

test("a problem is one line: what, why, which field", () => {
  const problem = { title: "Not found", detail: "no city x", field: "city" };
  expect(problemLine(problem, 404)).toBe("Not found: no city x (city)");
  expect(problemLine({}, 502)).toBe("HTTP 502");
});

test("a series holds its earlier value until the next moment", () => {
  expect([-5, 0, 9, 10, 99].map((time) => indexAt([0, 10, 20], time))).toEqual([0, 0, 0, 1, 2]);
  expect(linePath({ time_s: [0, 10], quality: [1, 0] }, 100, 40)).toBe("M0.0 0.0L100.0 40.0");
});
