/** PackedPathLayer: lines that travel packed, with colour per step. */

import {
  CompositeLayer,
  type CompositeLayerProps,
  type DefaultProps,
  type GetPickingInfoParams,
  type Layer,
  type PickingInfo,
  type UpdateParameters,
} from "@deck.gl/core";
import { PathLayer } from "@deck.gl/layers";
import type { Buffer } from "@luma.gl/core";
import { getBytes } from "../api/client";
import { type PackedLines, perVertex, readLines } from "../api/packed";
import type { Colour } from "../api/types";
import { type LayerState, mustPaint, type PageProps, pageDefaults, readState } from "./moment";
import { paintFeatures, spreadWords } from "./palette";

const VERTEX_BUFFER = 0x28;

interface OwnProps extends PageProps {
  data: unknown;
  palette: readonly Colour[];
  state?: LayerState | null;
  widthUnits?: "meters" | "pixels";
  widthScale?: number;
  widthMinPixels?: number;
  widthMaxPixels?: number;
  capRounded?: boolean;
  jointRounded?: boolean;
}

export type PackedPathLayerProps = OwnProps & CompositeLayerProps;

interface State {
  lines: PackedLines | null;
  colours: Buffer | null;
  rows: object | null;
  shown: string;
  isStateHere: boolean;
}

export class PackedPathLayer extends CompositeLayer<OwnProps> {
  static override layerName = "PackedPathLayer";
  static override defaultProps = {
    ...pageDefaults,
    palette: { type: "array", value: [], compare: true },
    state: { type: "object", value: null, compare: true },
    widthUnits: "meters",
    widthScale: 1,
    widthMinPixels: 0,
    widthMaxPixels: Number.MAX_SAFE_INTEGER,
    capRounded: false,
    jointRounded: false,
    fetch: { type: "function", value: async (url: string) => readLines(await getBytes(url)) },
  } as unknown as DefaultProps<OwnProps>;

  declare state: State & CompositeLayer["state"];

  override initializeState(): void {
    this.setState({ lines: null, colours: null, rows: null, shown: "", isStateHere: true });
  }

  override get isLoaded(): boolean {
    return super.isLoaded && this.state.isStateHere;
  }

  override shouldUpdateState({ changeFlags }: UpdateParameters<this>): boolean {
    return changeFlags.somethingChanged;
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    const lines = asLines(props.data);
    if (lines !== this.state.lines) {
      this.#own(lines);
    }
    this.#show(props, props.palette !== oldProps.palette);
  }

  #own(lines: PackedLines | null): void {
    this.state.colours?.destroy();
    if (!lines || lines.length === 0) {
      this.setState({ lines, colours: null, rows: null, shown: "" });
      return;
    }
    const vertices = lines.start.at(-1) ?? 0;
    const colours = this.context.device.createBuffer({
      byteLength: vertices * 4,
      usage: VERTEX_BUFFER,
    });
    const rows = {
      length: lines.length,
      startIndices: lines.start,
      attributes: {
        getPath: { value: lines.xy, size: 2 },
        getWidth: { value: perVertex(lines.width, lines.start), size: 1 },
        getColor: { buffer: colours, size: 4, type: "unorm8" },
      },
    };
    this.setState({ lines, colours, rows, shown: "" });
  }

  #show(props: this["props"], isForced: boolean): void {
    const { lines, colours } = this.state;
    if (!lines || !colours) {
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
    const words = paintFeatures({
      ...lines,
      palette: props.palette,
      statePalette: layerState?.palette,
      state: values,
    });
    colours.write(new Uint8Array(spreadWords(words, lines.start).buffer));
    this.setState({ shown: reading.key });
    this.setNeedsRedraw();
  }

  override renderLayers(): Layer | null {
    const { lines, rows } = this.state;
    if (!lines || !rows) {
      return null;
    }
    const { props } = this;
    const path = {
      data: rows,
      positionFormat: "XY",
      coordinateSystem: "lnglat-offsets",
      coordinateOrigin: [...lines.origin, 0],
      _pathType: "open",
      widthUnits: props.widthUnits,
      widthScale: props.widthScale,
      widthMinPixels: props.widthMinPixels,
      widthMaxPixels: props.widthMaxPixels,
      capRounded: props.capRounded,
      jointRounded: props.jointRounded,
      parameters: props.parameters,
    };
    return new PathLayer(this.getSubLayerProps({ id: "lines" }) as object, path as object);
  }

  override getPickingInfo({ info }: GetPickingInfoParams): PickingInfo {
    const row = this.state.lines?.id[info.index];
    return row === undefined ? info : { ...info, index: row, object: { row } };
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    this.state.colours?.destroy();
  }
}

function asLines(data: unknown): PackedLines | null {
  return data && typeof data === "object" && "width" in data ? (data as PackedLines) : null;
}
