/** PackedPolygonLayer: polygons that travel packed, with colour or height per step. */

import {
  CompositeLayer,
  type CompositeLayerProps,
  type DefaultProps,
  type GetPickingInfoParams,
  type Layer,
  type PickingInfo,
  type UpdateParameters,
} from "@deck.gl/core";
import { PathLayer, SolidPolygonLayer } from "@deck.gl/layers";
import type { Buffer } from "@luma.gl/core";
import { getBytes } from "../api/client";
import { type PackedPolygons, perVertex, readPolygons } from "../api/packed";
import type { Colour } from "../api/types";
import { DayFacadeLayer, FacadeLayer } from "./facade";
import { type LayerState, mustPaint, type PageProps, pageDefaults, readState } from "./moment";
import { paintFeatures, spreadWords, stateHeights } from "./palette";

/** VERTEX | COPY_DST of WebGPU, as luma.gl numbers them. */
const VERTEX_BUFFER = 0x28;

interface OwnProps extends PageProps {
  data: unknown;
  palette: readonly Colour[];
  state?: LayerState | null;
  stroked?: boolean;
  filled?: boolean;
  extruded?: boolean;
  elevationScale?: number;
  material?: unknown;
  getLineColor?: Colour;
  lineWidthMinPixels?: number;
}

export type PackedPolygonLayerProps = OwnProps & CompositeLayerProps;

interface State {
  colours: Buffer | null;
  heights: Buffer | null;
  polygons: PackedPolygons | null;
  fill: object | null;
  outline: object | null;
  /** What the buffers show now; state is written only when this changes. */
  shown: string;
  isStateHere: boolean;
}

export class PackedPolygonLayer extends CompositeLayer<OwnProps> {
  static override layerName = "PackedPolygonLayer";
  static override defaultProps = {
    ...pageDefaults,
    palette: { type: "array", value: [], compare: true },
    state: { type: "object", value: null, compare: true },
    stroked: false,
    filled: true,
    extruded: false,
    elevationScale: 1,
    material: { type: "object", value: true, compare: true },
    getLineColor: { type: "array", value: [0, 0, 0, 0], compare: true },
    lineWidthMinPixels: 1,
    fetch: { type: "function", value: async (url: string) => readPolygons(await getBytes(url)) },
  } as unknown as DefaultProps<OwnProps>;

  declare state: State & CompositeLayer["state"];

  override initializeState(): void {
    this.setState({
      colours: null,
      heights: null,
      polygons: null,
      fill: null,
      outline: null,
      shown: "",
      isStateHere: true,
    });
  }

  override get isLoaded(): boolean {
    return super.isLoaded && this.state.isStateHere;
  }

  override shouldUpdateState({ changeFlags }: UpdateParameters<this>): boolean {
    return changeFlags.somethingChanged;
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const polygons = asPolygons(props.data);
    if (polygons !== this.state.polygons) {
      this.#own(polygons);
    }
    if (!polygons || polygons.length === 0) {
      return;
    }
    this.#show(props, props.focus !== oldProps.focus || props.palette !== oldProps.palette);
  }

  /** Makes the buffers of a new geometry. */
  #own(polygons: PackedPolygons | null): void {
    this.#release();
    if (!polygons || polygons.length === 0) {
      this.setState({ polygons, fill: null, outline: null, shown: "" });
      return;
    }
    const vertices = polygons.start.at(-1) ?? 0;
    const { device } = this.context;
    const colours = device.createBuffer({ byteLength: vertices * 4, usage: VERTEX_BUFFER });
    const heights = device.createBuffer({ byteLength: vertices * 4, usage: VERTEX_BUFFER });
    heights.write(perVertex(polygons.height, polygons.start));
    const getPolygon = { value: polygons.xy, size: 2 };
    const fill = {
      length: polygons.length,
      startIndices: polygons.start,
      attributes: {
        getPolygon,
        getElevation: { buffer: heights, size: 1, type: "float32" },
        getFillColor: { buffer: colours, size: 4, type: "unorm8" },
        indices: { value: polygons.indices, size: 1 },
      },
    };
    const outline = {
      length: polygons.length,
      startIndices: polygons.start,
      attributes: { getPath: getPolygon },
    };
    this.setState({ polygons, colours, heights, fill, outline, shown: "" });
  }

  /** Writes the step's colours or heights where they differ from what is shown. */
  #show(props: this["props"], isForced: boolean): void {
    const { polygons, colours, heights } = this.state;
    if (!polygons || !colours || !heights) {
      return;
    }
    const layerState = props.state ?? null;
    const reading = readState(props, layerState);
    if (this.state.isStateHere !== reading.isHere) {
      this.setState({ isStateHere: reading.isHere });
    }
    if (!isForced && !mustPaint(this.state.shown, reading, layerState !== null)) {
      return;
    }
    const { values } = reading;
    const isHeight = layerState?.target === "height";
    if (isHeight && values) {
      const metres = stateHeights(
        polygons.id,
        values,
        layerState.scale ?? 1,
        layerState.least ?? 0,
      );
      heights.write(perVertex(metres, polygons.start));
    }
    const words = paintFeatures({
      ...polygons,
      palette: props.palette,
      statePalette: isHeight ? undefined : layerState?.palette,
      state: isHeight ? undefined : values,
      focus: props.focus,
    });
    colours.write(new Uint8Array(spreadWords(words, polygons.start).buffer));
    this.setState({ shown: reading.key });
    this.setNeedsRedraw();
  }

  override renderLayers(): (Layer | null)[] {
    const { polygons, fill, outline } = this.state;
    if (!polygons || !fill) {
      return [];
    }
    const { props } = this;
    const placed = {
      _normalize: false,
      positionFormat: "XY",
      coordinateSystem: "lnglat-offsets",
      coordinateOrigin: [...polygons.origin, 0],
      parameters: props.parameters,
    } as const;
    const Walls = props.isNight ? FacadeLayer : DayFacadeLayer;
    const hasWalls = props.extruded && props.id === "buildings";
    const Fill = hasWalls ? Walls : SolidPolygonLayer;
    const solid = {
      ...placed,
      data: fill,
      _windingOrder: "CCW",
      extruded: props.extruded ?? false,
      elevationScale: props.elevationScale ?? 1,
      material: props.material,
    };
    const lines = {
      ...placed,
      data: outline,
      _pathType: "open",
      getColor: props.getLineColor,
      getWidth: props.lineWidthMinPixels ?? 1,
      widthUnits: "pixels",
      pickable: false,
    };
    return [
      props.filled === false
        ? null
        : new Fill(
            this.getSubLayerProps({ id: props.isNight ? "fill" : "fill-day" }) as object,
            solid as object,
          ),
      props.stroked
        ? new PathLayer(this.getSubLayerProps({ id: "outline" }) as object, lines as object)
        : null,
    ];
  }

  override getPickingInfo({ info }: GetPickingInfoParams): PickingInfo {
    const row = this.state.polygons?.id[info.index];
    return row === undefined ? info : { ...info, index: row, object: { row } };
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    this.#release();
  }

  #release(): void {
    this.state.colours?.destroy();
    this.state.heights?.destroy();
  }
}

function asPolygons(data: unknown): PackedPolygons | null {
  return data && typeof data === "object" && "indices" in data ? (data as PackedPolygons) : null;
}
