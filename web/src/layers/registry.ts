/** Turns deck.json into layers: a fixed list of classes, nothing else is drawn. */

import type { Layer } from "@deck.gl/core";
import { MVTLayer } from "@deck.gl/geo-layers";
import { JSONConfiguration, JSONConverter } from "@deck.gl/json";
import { ArcLayer, BitmapLayer, GeoJsonLayer, ScatterplotLayer, TextLayer } from "@deck.gl/layers";
import { PackedPathLayer } from "./paths";
import { PackedPolygonLayer } from "./polygons";
import { RasterStateLayer } from "./raster";
import { PackedTripsLayer } from "./trips";

const configuration = new JSONConfiguration({
  classes: {
    ArcLayer,
    BitmapLayer,
    GeoJsonLayer,
    MVTLayer,
    PackedPathLayer,
    PackedPolygonLayer,
    PackedTripsLayer,
    RasterStateLayer,
    ScatterplotLayer,
    TextLayer,
  },
});

/** One entry of deck.json, as the server wrote it. */
export interface LayerDescription {
  readonly "@@type": string;
  readonly id: string;
  readonly [property: string]: unknown;
}

/** The trips' address is a template, which deck.gl must not fetch as `data`. */
function fit(description: LayerDescription): LayerDescription {
  if (description["@@type"] !== "PackedTripsLayer") {
    return description;
  }
  const { data, ...rest } = description;
  return { ...rest, href: data } as unknown as LayerDescription;
}

export function makeLayers(descriptions: readonly LayerDescription[]): Layer[] {
  const converter = new JSONConverter({ configuration });
  const made = converter.convert({ layers: descriptions.map(fit) }) as { layers: Layer[] };
  return made.layers.filter(Boolean);
}
