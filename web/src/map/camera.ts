/** Where the camera stands: one slow flight on opening, then to whatever place is chosen. */

import type { Map as BaseMap, LngLatLike } from "maplibre-gl";
import type { Box, City } from "../api/types";

const FLIGHT_MS = 1600;
/** The first view of the intro flight: higher, flatter, turned. */
const INTRO = { zoom: 1.1, pitch: 30, bearing: 48, ms: 5200 };
const PLACE_PITCH = 55;
const NEAREST = 17;
/** Side of the world at zoom 0 [CSS pixels]. */
const WORLD = 512;
const LEAST_ROOM = 120;
/** Height of a box in a view tilted by some 55 degrees, as a share of its height from above. */
const FORESHORTENED = 0.68;
/** Share of the room that a place may fill: what stands nearer looks larger than its box. */
const FILLED = 0.88;

export function prefersStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

interface Room {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room that the panels take from the map, so that a place is centred in what is left. */
export function roomOf(map: BaseMap): Room {
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

interface View {
  readonly center: LngLatLike;
  readonly zoom: number;
  readonly pitch: number;
  readonly bearing: number;
}

/** Gives the y of a latitude on a square world of side 1. */
function mercator(latitude: number): number {
  const angle = (latitude * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + angle / 2)) / (2 * Math.PI);
}

/** Gives the zoom at which a box, seen turned and tilted, fills a room of this size. */
export function zoomFor(box: Box, bearing: number, width: number, height: number): number {
  const [west, south, east, north] = box;
  const across = (east - west) / 360;
  const along = mercator(south) - mercator(north);
  const turn = (bearing * Math.PI) / 180;
  const [cosine, sine] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
  const wide = across * cosine + along * sine;
  const high = (across * sine + along * cosine) * FORESHORTENED;
  const scale = Math.min(width / (wide * WORLD), height / (high * WORLD));
  return Math.min(Math.log2(scale), NEAREST);
}

/** Gives the view that shows a box in the room that the panels leave. */
function viewOf(map: BaseMap, box: Box, pitch: number, bearing: number): View {
  const [west, south, east, north] = box;
  const { clientWidth, clientHeight } = map.getContainer();
  const room = roomOf(map);
  const width = Math.max(clientWidth - room.left - room.right, LEAST_ROOM);
  const height = Math.max(clientHeight - room.top - room.bottom, LEAST_ROOM);
  return {
    center: [(west + east) / 2, (south + north) / 2],
    zoom: zoomFor(box, bearing, width * FILLED, height * FILLED),
    pitch,
    bearing,
  };
}

export function flyHome(map: BaseMap, city: City, isIntro: boolean): void {
  const { pitch, bearing } = city.camera;
  const view = viewOf(map, city.bbox, pitch, bearing);
  if (prefersStillness()) {
    map.jumpTo({ ...view, padding: roomOf(map) });
    return;
  }
  if (isIntro) {
    map.jumpTo({
      ...view,
      zoom: view.zoom - INTRO.zoom,
      pitch: Math.max(0, pitch - INTRO.pitch),
      bearing: bearing - INTRO.bearing,
      padding: roomOf(map),
    });
  }
  map.easeTo({ ...view, duration: isIntro ? INTRO.ms : FLIGHT_MS, easing: slowly });
}

export function flyTo(map: BaseMap, box: Box): void {
  const view = viewOf(map, box, PLACE_PITCH, map.getBearing());
  const still = prefersStillness();
  map.easeTo({ ...view, duration: still ? 0 : FLIGHT_MS, easing: slowly, padding: roomOf(map) });
}

function slowly(share: number): number {
  return share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
}
