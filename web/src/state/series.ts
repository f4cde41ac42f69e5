/** Reading a series at a moment. */

/** Gives the index of the last moment that is not after `time_s`; 0 before the first. */
export function indexAt(time_s: readonly number[], moment_s: number): number {
  let low = 0;
  let high = time_s.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((time_s[middle] ?? 0) <= moment_s) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** Gives the value that holds at a moment, or null where there is none. */
export function valueAt(
  series: { readonly time_s: readonly number[] },
  values: readonly (number | null)[] | null | undefined,
  moment_s: number,
): number | null {
  return values?.[indexAt(series.time_s, moment_s)] ?? null;
}

/** Gives an SVG path through a series, in a box of `width` by `height`; values are 0..1. */
export function linePath(
  series: { readonly time_s: readonly number[]; readonly quality: readonly number[] },
  width: number,
  height: number,
): string {
  const first = series.time_s[0] ?? 0;
  const span = (series.time_s.at(-1) ?? 1) - first || 1;
  return series.quality
    .map((value, at) => {
      const x = (((series.time_s[at] ?? first) - first) / span) * width;
      const y = (1 - Math.max(0, Math.min(1, value))) * height;
      return `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
