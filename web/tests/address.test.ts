import { expect, test } from "vitest";
import { type Address, readAddress, writeAddress } from "../src/state/address";

const full: Address = {
  city: "demo",
  run: "ab12",
  versus: "cd34",
  place: "990101",
  time_s: -3600,
  language: "en",
  theme: "light",
  layers: { trips: false, terrain: true },
};

test("an address that was written is read back the same", () => {
  expect(readAddress(writeAddress(full))).toEqual(full);
});

test("an empty address is the city by night, in Chinese", () => {
  const address = readAddress("");
  expect([address.language, address.theme, address.time_s]).toEqual(["zh", "dark", null]);
});

test("a time that is no number is no time", () => {
  expect(readAddress("?time=noon").time_s).toBeNull();
});

test("without a run no time is written", () => {
  expect(writeAddress({ ...full, run: null })).not.toContain("time=");
});
