/** Names in the map that do not lie on each other. */

import { WebMercatorViewport } from "@deck.gl/core";
import type { Map as BaseMap } from "maplibre-gl";

export interface Named {
  readonly position: readonly [number, number, number?];
  readonly zh: string;
  readonly en: string;
}

/** Room of one name [CSS pixels]: half a line high, half of its letters wide. */
const LINE = 17;
const LETTER = 7.2;
const IDEOGRAM = 12.5;

interface Spot {
  readonly row: Named;
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly away: number;
}

function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) {
    width += letter > "\u2e80" ? IDEOGRAM : LETTER;
  }
  return width;
}

/** Keeps the names nearest to the middle of the view that leave each other room. */
export function thin(
  rows: readonly Named[],
  language: "zh" | "en",
  project: (position: readonly [number, number, number?]) => readonly [number, number],
  middle: readonly [number, number],
): Named[] {
  const spots: Spot[] = rows.map((row) => {
    const [x, y] = project(row.position);
    const away = Math.hypot(x - middle[0], y - middle[1]);
    return { row, x, y, half: widthOf(row[language]) / 2, away };
  });
  const kept: Spot[] = [];
  for (const spot of spots.sort((a, b) => a.away - b.away)) {
    const isFree = kept.every(
      (one) => Math.abs(one.y - spot.y) > LINE || Math.abs(one.x - spot.x) > one.half + spot.half,
    );
    if (isFree) {
      kept.push(spot);
    }
  }
  return kept.map((spot) => spot.row);
}

/** Thins the names as the map shows them now. */
export function thinOn(map: BaseMap, rows: readonly Named[], language: "zh" | "en"): Named[] {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const { lng: longitude, lat: latitude } = map.getCenter();
  const view = { width, height, longitude, latitude, zoom: map.getZoom() };
  const { top = 0, bottom = 0, left = 0, right = 0 } = map.getPadding();
  const viewport = new WebMercatorViewport({
    ...view,
    pitch: map.getPitch(),
    bearing: map.getBearing(),
    padding: { top, bottom, left, right },
  });
  const project = (position: readonly [number, number, number?]): readonly [number, number] => {
    const [x = 0, y = 0] = viewport.project([...position] as number[]);
    return [x, y];
  };
  const middle = [(width + left - right) / 2, (height + top - bottom) / 2] as const;
  return thin(rows, language, project, middle);
}
