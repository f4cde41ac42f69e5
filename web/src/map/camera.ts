/** Where the camera stands: one slow flight on opening, then to whatever place is chosen. */

import type { Map as BaseMap, PaddingOptions } from "maplibre-gl";
import type { Box, Camera, City } from "../api/types";

const FLIGHT_MS = 1600;
const INTRO_MS = 5200;
const PLACE_PITCH = 55;

export function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Room that the panels take from the map, so that a place is centred in what is left. */
export function roomOf(map: BaseMap): PaddingOptions {
  const { clientWidth, clientHeight } = map.getContainer();
  const isNarrow = clientWidth < 900;
  const panel = document.querySelector(".leaders:not([hidden])");
  const left = panel && !isNarrow ? panel.getBoundingClientRect().right : 0;
  return {
    left: Math.min(left, clientWidth * 0.4),
    right: 0,
    top: isNarrow ? 60 : 40,
    bottom: Math.min(isNarrow ? clientHeight * 0.5 : 130, clientHeight * 0.5),
  };
}

export function flyHome(map: BaseMap, city: City, isIntro: boolean): void {
  const { longitude, latitude, zoom, pitch, bearing } = city.camera;
  const view = { center: [longitude, latitude] as [number, number], zoom, pitch, bearing };
  const padding = roomOf(map);
  if (prefersStillness()) {
    map.jumpTo({ ...view, padding });
    return;
  }
  if (isIntro) {
    map.jumpTo({ ...aboveOf(city.camera), padding });
    map.easeTo({ ...view, padding, duration: INTRO_MS, easing: slowly });
    return;
  }
  map.easeTo({ ...view, padding, duration: FLIGHT_MS, easing: slowly });
}

/** The first view of the intro flight: higher, flatter, turned. */
function aboveOf(camera: Camera): {
  center: [number, number];
  zoom: number;
  pitch: number;
  bearing: number;
} {
  return {
    center: [camera.longitude, camera.latitude],
    zoom: camera.zoom - 1.1,
    pitch: Math.max(0, camera.pitch - 30),
    bearing: camera.bearing - 48,
  };
}

export function flyTo(map: BaseMap, box: Box): void {
  const [west, south, east, north] = box;
  const bounds: [[number, number], [number, number]] = [
    [west, south],
    [east, north],
  ];
  const options = { pitch: PLACE_PITCH, bearing: map.getBearing(), maxZoom: 17 };
  const { left, right, top, bottom } = roomOf(map);
  map.setPadding({ left: 0, right: 0, top: 0, bottom: 0 });
  const margin = 24;
  map.fitBounds(bounds, {
    ...options,
    padding: {
      left: (left ?? 0) + margin,
      right: (right ?? 0) + margin,
      top: (top ?? 0) + margin,
      bottom: (bottom ?? 0) + margin,
    },
    ...(prefersStillness() ? { duration: 0 } : { duration: FLIGHT_MS, easing: slowly }),
  });
}

function slowly(share: number): number {
  return share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
}
