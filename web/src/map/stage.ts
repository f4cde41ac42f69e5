/** The stage: MapLibre holds the camera, deck.gl draws the city into the same canvas. */

import type { Layer, PickingInfo } from "@deck.gl/core";
import { MapLibreOverlay } from "@deck.gl/maplibre";
import * as maplibregl from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { StateStore } from "../api/chunks";
import { report } from "../operations/open";
import type { Cockpit, CockpitStore } from "../state/cockpit";
import { flyHome, flyTo } from "./camera";
import { arrange, type Lens, NAMES_FROM_ZOOM } from "./cast";
import { makeEffects } from "./light";
import { type Named, thinOn } from "./names";
import { onHover, onPick } from "./pick";

maplibregl.setWorkerUrl(workerUrl);

/** Canvas pixels per CSS pixel, at most; beyond it the eye gains nothing and the GPU pays. */
const MOST_PIXELS = 2;

export class Stage {
  readonly #store: CockpitStore;
  readonly #map: maplibregl.Map;
  readonly #overlay: MapLibreOverlay;
  readonly #states: StateStore;
  #layers: Layer[] = [];
  #hasFlown = false;
  #isNear = false;
  readonly #names = new Map<string, { of: readonly Named[]; rows: readonly Named[] }>();

  constructor(container: HTMLElement, store: CockpitStore) {
    this.#store = store;
    this.#states = new StateStore(
      () => store.set({ arrivals: store.state.arrivals + 1 }),
      (problem) => report(store, problem),
    );
    this.#map = new maplibregl.Map({
      container,
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background" }] },
      center: [120, 30],
      zoom: 3,
      maxPitch: 72,
      pixelRatio: Math.min(window.devicePixelRatio, MOST_PIXELS),
      attributionControl: false,
      fadeDuration: 0,
      canvasContextAttributes: { antialias: true },
    });
    this.#overlay = new MapLibreOverlay({
      interleaved: true,
      layers: [],
      getCursor: ({ isHovering }) => (isHovering ? "pointer" : "grab"),
      onHover: (info: PickingInfo) => onHover(store, info),
      onAfterRender: () => this.#tellReady(),
    });
    this.#map.addControl(this.#overlay);
    this.#map.once("load", () => this.#dress(store.state));
    // deck.gl's own click reuses what it picked when the button went down, and loses it while the
    // highlight under the pointer is still being drawn: pick again where the click came to rest.
    this.#map.on("click", ({ point }) => {
      const info = this.#overlay.pickObject({ x: point.x, y: point.y });
      onPick(store, info, (layerIds) =>
        this.#overlay.pickObject({ x: point.x, y: point.y, layerIds }),
      );
    });
    this.#map.on("zoom", () => this.#watchZoom());
    this.#map.on("moveend", () => this.#look());
    store.hear((state, before) => this.#follow(state, before));
  }

  /** Points the camera at the whole city again. */
  home(): void {
    const { city } = this.#store.state;
    if (city) {
      flyHome(this.#map, city, false);
    }
  }

  #follow(state: Cockpit, before: Cockpit): void {
    if (state.run !== before.run || state.city !== before.city) {
      this.#states.clear();
    }
    if (state.scene !== before.scene) {
      this.#dress(state);
    }
    if (state.city && state.city !== before.city) {
      flyHome(this.#map, state.city, !this.#hasFlown);
      this.#hasFlown = true;
    } else if (state.place !== before.place) {
      this.#goTo(state);
    }
    this.#draw(state);
  }

  /** Names are chosen anew only when the camera has come to rest. */
  #look(): void {
    this.#names.clear();
    this.#draw(this.#store.state);
  }

  #lens({ language }: Cockpit): Lens {
    return {
      zoom: this.#map.getZoom(),
      thin: (id, rows) => {
        const known = this.#names.get(id);
        if (known && known.of === rows) {
          return known.rows;
        }
        const found = { of: rows, rows: thinOn(this.#map, rows, language) };
        this.#names.set(id, found);
        return found.rows;
      },
    };
  }

  /** Draws again where the camera passes the zoom from which names are shown. */
  #watchZoom(): void {
    const isNear = this.#map.getZoom() >= NAMES_FROM_ZOOM;
    if (isNear !== this.#isNear) {
      this.#isNear = isNear;
      this.#draw(this.#store.state);
    }
  }

  #goTo(state: Cockpit): void {
    const place = state.places.get(state.place);
    if (place && place.level !== "city") {
      flyTo(this.#map, place.bbox);
    } else {
      this.home();
    }
  }

  #draw(state: Cockpit): void {
    this.#layers = arrange(state, this.#states, this.#lens(state));
    if (state.isLoading || this.#layers.some((layer) => !layer.isLoaded)) {
      document.documentElement.dataset["ready"] = "false";
    }
    this.#overlay.setProps({ layers: this.#layers });
    this.#map.triggerRepaint();
  }

  /** Gives ground, sky and light the colours of the scene. */
  #dress({ scene }: Cockpit): void {
    if (!scene || !this.#map.isStyleLoaded()) {
      return;
    }
    const [red, green, blue] = scene.ground;
    const ground = `rgb(${red}, ${green}, ${blue})`;
    this.#map.setPaintProperty("ground", "background-color", ground);
    this.#overlay.setProps({ effects: makeEffects(scene) });
  }

  /** Sets the page's done flag: all layers loaded, all state here, camera at rest. */
  #tellReady(): void {
    const { isLoading, problem } = this.#store.state;
    const isStill = !this.#map.isMoving() && this.#states.isIdle && !isLoading;
    const isLoaded = this.#layers.every((layer) => layer.isLoaded);
    const isReady = isStill && isLoaded && problem === null;
    document.documentElement.dataset["ready"] = String(isReady);
    if (!isLoaded) {
      this.#map.triggerRepaint();
    }
  }
}
