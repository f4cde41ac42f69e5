import { expect, test } from "vitest";
import { readChunk, type StateSpec, StateStore } from "../src/api/chunks";

const spec: StateSpec = {
  name: "grid_quality",
  href: "/state/{chunk}",
  chunk_steps: 2,
  steps: 3,
  type: "u8",
};

function store(asked: string[], problems: unknown[] = []): StateStore {
  return new StateStore(
    () => undefined,
    (problem) => problems.push(problem),
    async (href) => {
      asked.push(href);
      if (href.endsWith("/1")) {
        return Uint8Array.of(5, 6).buffer;
      }
      return Uint8Array.of(1, 2, 3, 4).buffer;
    },
  );
}

async function settle(states: StateStore): Promise<void> {
  while (!states.isIdle) {
    await Promise.resolve();
  }
}

test("the last chunk holds only the steps that are left", () => {
  expect(readChunk(Uint8Array.of(5, 6).buffer, spec, 1).perStep).toBe(2);
});

test("a chunk that does not divide into its steps is refused", () => {
  expect(() => readChunk(Uint8Array.of(1, 2, 3).buffer, spec, 0)).toThrow(/3 values for 2 steps/);
});

test("a step that is not here is fetched, once", async () => {
  const asked: string[] = [];
  const states = store(asked);
  expect(states.at(spec, 0)).toBeUndefined();
  expect(states.at(spec, 1)).toBeUndefined();
  await settle(states);
  expect([...(states.at(spec, 1) ?? [])]).toEqual([3, 4]);
  expect(asked[0]).toBe("/state/0");
  expect(new Set(asked).size).toBe(asked.length);
});

test("the following chunk is fetched ahead of the clock", async () => {
  const asked: string[] = [];
  const states = store(asked);
  states.at(spec, 0);
  await settle(states);
  states.at(spec, 0);
  await settle(states);
  expect(asked).toEqual(["/state/0", "/state/1"]);
  expect([...(states.at(spec, 2) ?? [])]).toEqual([5, 6]);
});

test("steps beyond the end hold the last one", async () => {
  const states = store([]);
  states.at(spec, 9);
  await settle(states);
  expect([...(states.at(spec, 9) ?? [])]).toEqual([5, 6]);
});

test("a refused chunk is reported once", async () => {
  const problems: unknown[] = [];
  const states = new StateStore(
    () => undefined,
    (problem) => problems.push(problem),
    () => Promise.reject(new Error("gone")),
  );
  states.at(spec, 2);
  await settle(states);
  states.at(spec, 2);
  await settle(states);
  expect(problems).toHaveLength(1);
});
