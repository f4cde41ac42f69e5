/** The page's address holds what is shown: city, run, the run it is held against, place, time, language, theme, layers. */

import type { Language } from "../words";

export type Theme = "dark" | "light";

export interface Address {
  readonly city: string | null;
  readonly run: string | null;
  /** The run that the open one is held against. */
  readonly versus: string | null;
  readonly place: string | null;
  readonly time_s: number | null;
  readonly language: Language;
  readonly theme: Theme;
  /** Layers that differ from what the server shows first, by id. */
  readonly layers: Readonly<Record<string, boolean>>;
}

function readLayers(text: string | null): Record<string, boolean> {
  const layers: Record<string, boolean> = {};
  for (const part of (text ?? "").split(",").filter(Boolean)) {
    layers[part.replace(/^-/, "")] = !part.startsWith("-");
  }
  return layers;
}

export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const time = query.get("time");
  const time_s = time === null || time === "" ? Number.NaN : Number(time);
  return {
    city: query.get("city"),
    run: query.get("run"),
    versus: query.get("versus"),
    place: query.get("place"),
    time_s: Number.isFinite(time_s) ? time_s : null,
    language: query.get("language") === "en" ? "en" : "zh",
    theme: query.get("theme") === "light" ? "light" : "dark",
    layers: readLayers(query.get("layers")),
  };
}

export function writeAddress(address: Address): string {
  const query = new URLSearchParams();
  for (const name of ["city", "run", "versus", "place"] as const) {
    const value = address[name];
    if (value) {
      query.set(name, value);
    }
  }
  if (address.run && address.time_s !== null) {
    query.set("time", String(Math.round(address.time_s)));
  }
  query.set("language", address.language);
  query.set("theme", address.theme);
  const layers = Object.entries(address.layers).map(([id, isShown]) => (isShown ? id : `-${id}`));
  if (layers.length > 0) {
    query.set("layers", layers.join(","));
  }
  return `?${query}`;
}
