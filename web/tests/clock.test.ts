import { expect, test } from "vitest";
import {
  advance,
  type Clock,
  restingClock,
  type Span,
  stepAt,
  stepBy,
  stepCount,
  stepFraction,
  togglePlay,
} from "../src/state/clock";

const span: Span = { start_s: -1800, end_s: 3600, step_s: 900 };
const playing: Clock = { ...restingClock, isPlaying: true, speed: 60 };

test("a span counts both of its ends", () => {
  expect(stepCount(span)).toBe(7);
});

test("the clock passes at its speed", () => {
  expect(advance(playing, span, 2).time_s).toBe(120);
});

test("a resting clock does not move", () => {
  expect(advance(restingClock, span, 9)).toBe(restingClock);
});

test("at the end the clock rests", () => {
  const end = advance({ ...playing, time_s: 3590 }, span, 5);
  expect([end.time_s, end.isPlaying]).toEqual([3600, false]);
});

test("a looping clock begins again", () => {
  const end = advance({ ...playing, isLooping: true, time_s: 3590 }, span, 5);
  expect([end.time_s, end.isPlaying]).toEqual([-1800, true]);
});

test("play at the end starts over", () => {
  const again = togglePlay({ ...restingClock, time_s: 3600 }, span);
  expect([again.time_s, again.isPlaying]).toEqual([-1800, true]);
});

test("a step goes to the next step's moment and stops the clock", () => {
  const next = stepBy({ ...playing, time_s: 100 }, span, 1);
  expect([next.time_s, next.isPlaying]).toEqual([900, false]);
  expect(stepBy({ ...playing, time_s: 100 }, span, -1).time_s).toBe(0);
});

test("steps never leave the span", () => {
  expect(stepBy({ ...playing, time_s: -1800 }, span, -1).time_s).toBe(-1800);
  expect(stepBy({ ...playing, time_s: 3600 }, span, 4).time_s).toBe(3600);
});

test("a moment belongs to the step that began", () => {
  expect(stepAt(span, -1)).toBe(1);
  expect(stepAt(span, 0)).toBe(2);
  expect(stepAt(span, 99_999)).toBe(6);
  expect(stepFraction(span, 450)).toBe(0.5);
});
