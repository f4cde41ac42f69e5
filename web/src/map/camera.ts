/** Where the camera stands: one slow flight on opening, then to whatever place is chosen. */

import type { Map as BaseMap, LngLatLike } from "maplibre-gl";
import type { Box, City } from "../api/types";

const FLIGHT_MS = 1600;
/** The first view of the intro flight: higher, flatter, turned. */
const INTRO = { zoom: 1.1, pitch: 30, bearing: 48, ms: 5200 };
const PLACE_PITCH = 55;
const NEAREST = 17;
/** Height of a box in a view tilted by some 55 degrees, as a share of its height from above. */
const FORESHORTENED = 0.68;
/** Levels that a place may reach beyond the room; its corners are seldom what matters. */
const CLOSER = 0.12;

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

/** Gives the view that shows a box in the room that the panels leave. */
function viewOf(map: BaseMap, box: Box, pitch: number, bearing: number): View {
  const [west, south, east, north] = box;
  const corners: [[number, number], [number, number]] = [
    [west, south],
    [east, north],
  ];
  const fitted = map.cameraForBounds(corners, { bearing, padding: 0, maxZoom: NEAREST });
  const { clientWidth, clientHeight } = map.getContainer();
  const room = roomOf(map);
  const wide = (clientWidth - room.left - room.right) / clientWidth;
  // A tilted view is foreshortened, so that a box needs less height than from above.
  const high = (clientHeight - room.top - room.bottom) / clientHeight / FORESHORTENED;
  const zoom = (fitted?.zoom ?? 12) + Math.log2(Math.min(wide, Math.max(high, 0.2))) + CLOSER;
  return {
    center: fitted?.center ?? [(west + east) / 2, (south + north) / 2],
    zoom: Math.min(zoom, NEAREST),
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
