/** The layers on stage: every shown LayerSpec at the clock's moment. */

import type { Layer } from "@deck.gl/core";
import type { StateStore } from "../api/chunks";
import type { LayerSpec, Level } from "../api/types";
import type { Moment } from "../layers/moment";
import { type LayerDescription, makeLayers } from "../layers/registry";
import { stepAt, stepFraction } from "../state/clock";
import { type Cockpit, isShown, runSpan } from "../state/cockpit";
import { focusRows } from "../state/places";
import type { Named } from "./names";

interface Row {
  readonly from_s: number;
  readonly to_s: number;
}

const made = new WeakMap<LayerSpec, Layer[]>();

/** Layers whose rows are the places of a level. */
export const LEVEL_OF_LAYER: Readonly<Record<string, Level>> = {
  grids: "grid",
  communities: "community",
  streets: "street",
  districts: "district",
  reach: "grid",
  "resilience-grid": "grid",
  "resilience-community": "community",
  "resilience-street": "street",
  "resilience-district": "district",
};

function layersOf(spec: LayerSpec): Layer[] {
  const known = made.get(spec);
  if (known) {
    return known;
  }
  const layers = makeLayers(spec.style as unknown as readonly LayerDescription[]);
  made.set(spec, layers);
  return layers;
}

export function momentOf(cockpit: Cockpit): Moment {
  const span = runSpan(cockpit.run);
  if (!span) {
    return { elapsed_s: 0, step: 0, fraction: 0 };
  }
  const { time_s } = cockpit.clock;
  return {
    elapsed_s: time_s - span.start_s,
    step: stepAt(span, time_s),
    fraction: stepFraction(span, time_s),
  };
}

const windows = new Map<string, { key: string; rows: readonly Row[] }>();

/** Keeps the rows whose window holds the moment; the same array while the same rows hold. */
export function rowsAt(id: string, rows: readonly Row[], time_s: number): readonly Row[] {
  const held = rows.filter((row) => row.from_s <= time_s && time_s < row.to_s);
  const key = held.map((row) => rows.indexOf(row)).join();
  const before = windows.get(id);
  if (before && before.key === key && before.rows.length === held.length) {
    return before.rows;
  }
  windows.set(id, { key, rows: held });
  return held;
}

let focusKey = "";
const focuses = new Map<Level, Uint8Array | null>();

function focusOf(cockpit: Cockpit, layer: string): Uint8Array | null {
  const level = LEVEL_OF_LAYER[layer];
  if (!level) {
    return null;
  }
  const key = `${cockpit.city?.release}:${cockpit.place}`;
  if (key !== focusKey) {
    focuses.clear();
    focusKey = key;
  }
  if (!focuses.has(level)) {
    focuses.set(level, focusRows(cockpit.places, level, cockpit.place));
  }
  return focuses.get(level) ?? null;
}

/** Zoom from which names in the map can be read apart; below it they would lie on each other. */
export const NAMES_FROM_ZOOM = 14.2;

/** What the camera says to the layers: how near it is, and which names have room. */
export interface Lens {
  readonly zoom: number;
  readonly thin: (id: string, rows: readonly Named[]) => readonly Named[];
}

export function arrange(cockpit: Cockpit, states: StateStore, lens: Lens): Layer[] {
  const moment = momentOf(cockpit);
  const { arrivals, clock } = cockpit;
  const isNight = cockpit.theme === "dark";
  return cockpit.specs
    .filter((spec) => isShown(cockpit, spec))
    .toSorted((a, b) => a.order - b.order)
    .flatMap((spec) => layersOf(spec).map((layer) => ({ spec, layer })))
    .filter(({ layer }) => lens.zoom >= NAMES_FROM_ZOOM || !layer.id.endsWith("-labels"))
    .map(({ spec, layer }) => {
      const props = layer.props as unknown as { window?: unknown; data: readonly Row[] };
      if (props.window) {
        const rows = rowsAt(layer.id, props.data, clock.time_s);
        const isNames = layer.id.endsWith("-labels");
        return layer.clone({
          data: isNames ? lens.thin(layer.id, rows as unknown as readonly Named[]) : rows,
        });
      }
      if (layer.id === "facilities-labels") {
        const rows = (layer.props as unknown as { data: readonly Named[] }).data;
        return layer.clone({ data: lens.thin(layer.id, rows) });
      }
      const isPacked = "states" in layer.props;
      return isPacked
        ? layer.clone({
            moment,
            states,
            arrivals,
            isNight,
            focus: focusOf(cockpit, spec.id),
          } as object)
        : layer;
    });
}
