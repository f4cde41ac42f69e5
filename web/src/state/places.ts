/** The five levels: a parent is a prefix of its children's codes. */

import type { Level, Place } from "../api/types";

export const LEVELS: readonly Level[] = ["city", "district", "street", "community", "grid"];

const LENGTHS: Readonly<Record<Level, number>> = {
  city: 4,
  district: 6,
  street: 9,
  community: 12,
  grid: 15,
};

export function levelOf(code: string): Level {
  return LEVELS.find((level) => LENGTHS[level] >= code.length) ?? "grid";
}

/** Gives the level below, or null below a grid. */
export function levelBelow(level: Level): Level | null {
  return LEVELS[LEVELS.indexOf(level) + 1] ?? null;
}

/** Gives the place and its ancestors, city first. */
export function lineage(places: ReadonlyMap<string, Place>, code: string): Place[] {
  return LEVELS.map((level) => code.slice(0, LENGTHS[level]))
    .filter((prefix, at, all) => prefix !== all[at - 1])
    .map((prefix) => places.get(prefix))
    .filter((place) => place !== undefined);
}

/** Gives the places of a level in code order, which is the row order of the level's layer. */
export function ofLevel(places: ReadonlyMap<string, Place>, level: Level): Place[] {
  return [...places.values()]
    .filter((place) => place.level === level)
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

export function childrenOf(places: ReadonlyMap<string, Place>, code: string): Place[] {
  const below = levelBelow(levelOf(code));
  return below ? ofLevel(places, below).filter((place) => place.code.startsWith(code)) : [];
}

/** Gives the place one level below `from` that holds the grid `code`; the grid itself at last. */
export function stepTowards(from: string, code: string): string {
  if (!code.startsWith(from)) {
    return stepTowards(commonParent(from, code), code);
  }
  const below = levelBelow(levelOf(from)) ?? "grid";
  return code.slice(0, LENGTHS[below]);
}

function commonParent(from: string, code: string): string {
  const lengths = LEVELS.map((level) => LENGTHS[level]).filter((length) => length < from.length);
  const shared = lengths.findLast((length) => from.slice(0, length) === code.slice(0, length));
  return code.slice(0, shared ?? LENGTHS.city);
}

/** Marks the rows of a level that lie in a place; null for the whole city. */
export function focusRows(
  places: ReadonlyMap<string, Place>,
  level: Level,
  code: string,
): Uint8Array | null {
  if (levelOf(code) === "city") {
    return null;
  }
  return Uint8Array.from(ofLevel(places, level), (place) =>
    place.code.startsWith(code) || code.startsWith(place.code) ? 1 : 0,
  );
}
