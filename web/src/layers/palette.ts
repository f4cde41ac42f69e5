/** Colours of features, packed as the GPU reads them; every colour comes from the server. */

import type { StateValues } from "../api/chunks";
import type { Colour } from "../api/types";

/** Share of its opacity that a feature outside the chosen place keeps. */
const OUT_OF_FOCUS = 0.22;

/** Packs a colour into one little-endian 32-bit word: red in the lowest byte. */
export function packColour(colour: Colour): number {
  const [red, green, blue, alpha] = colour;
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function fade(word: number): number {
  const alpha = Math.round((word >>> 24) * OUT_OF_FOCUS);
  return ((alpha << 24) | (word & 0xffffff)) >>> 0;
}

export interface Painting {
  readonly palette: readonly Colour[];
  readonly kind: Uint8Array;
  readonly id: Uint32Array;
  readonly start: Uint32Array;
  readonly statePalette?: readonly (Colour | null)[] | undefined;
  readonly state?: StateValues | undefined;
  readonly focus?: Uint8Array | null | undefined;
}

function entry<T>(list: readonly T[], index: number): T | undefined {
  return list[Math.min(index, list.length - 1)];
}

/** Gives one colour word per feature: the state's colour, else the kind's. */
export function paintFeatures(painting: Painting): Uint32Array {
  const { palette, kind, id, state, focus } = painting;
  const base = palette.map(packColour);
  const over = (painting.statePalette ?? []).map((colour) => colour && packColour(colour));
  const words = new Uint32Array(kind.length);
  for (let feature = 0; feature < words.length; feature++) {
    const row = id[feature] ?? 0;
    const value = state?.[row];
    const stated = value === undefined ? null : entry(over, value);
    const word = stated ?? entry(base, kind[feature] ?? 0) ?? 0;
    words[feature] = focus && !focus[row] ? fade(word) : word;
  }
  return words;
}

/** Spreads one word per feature over the feature's vertices. */
export function spreadWords(words: Uint32Array, start: Uint32Array): Uint32Array {
  const spread = new Uint32Array(start.at(-1) ?? 0);
  for (let feature = 0; feature < words.length; feature++) {
    spread.fill(words[feature] ?? 0, start[feature], start[feature + 1]);
  }
  return spread;
}

/** Gives the height of each feature [m] from its state. */
export function stateHeights(
  id: Uint32Array,
  state: StateValues,
  scale: number,
  least: number,
): Float32Array {
  const heights = new Float32Array(id.length);
  for (let feature = 0; feature < heights.length; feature++) {
    heights[feature] = Math.max(least, (state[id[feature] ?? 0] ?? 0) * scale);
  }
  return heights;
}
