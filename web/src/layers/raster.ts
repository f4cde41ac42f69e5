/** RasterStateLayer: a raster whose cells change with time, such as rising water. */

import {
  CompositeLayer,
  type CompositeLayerProps,
  type DefaultProps,
  type Layer,
  type UpdateParameters,
} from "@deck.gl/core";
import { BitmapLayer } from "@deck.gl/layers";
import type { Texture } from "@luma.gl/core";
import type { StateValues } from "../api/chunks";
import type { Colour } from "../api/types";
import { type LayerState, type PageProps, pageDefaults, stateSpec } from "./moment";
import { packColour } from "./palette";

interface OwnProps extends PageProps {
  rows: number;
  columns: number;
  bounds: readonly (readonly [number, number])[];
  smooth?: boolean;
  state?: LayerState | null;
}

export type RasterStateLayerProps = OwnProps & CompositeLayerProps;

interface State {
  texture: Texture | null;
  words: Uint32Array;
  palette: Uint32Array;
  shown: string;
  isStateHere: boolean;
}

/** Parts of a step that are drawn apart, so that water rises instead of jumping. */
const PARTS = 8;

/** Above this many cells the raster is painted once a step. */
const SMOOTH_CELLS = 400_000;

/** Paints cells between two steps; `share` is the way from the first to the second. */
export function paintCells(
  words: Uint32Array,
  palette: Uint32Array,
  now: StateValues,
  next: StateValues,
  share: number,
): void {
  const last = palette.length - 1;
  for (let cell = 0; cell < words.length; cell++) {
    const from = now[cell] ?? 0;
    const to = next[cell] ?? from;
    const value = from === to ? from : Math.round(from + (to - from) * share);
    words[cell] = palette[Math.min(value, last)] ?? 0;
  }
}

export class RasterStateLayer extends CompositeLayer<OwnProps> {
  static override layerName = "RasterStateLayer";
  static override defaultProps = {
    ...pageDefaults,
    rows: 0,
    columns: 0,
    bounds: { type: "array", value: [], compare: true },
    smooth: true,
    state: { type: "object", value: null, compare: true },
  } as unknown as DefaultProps<OwnProps>;

  declare state: State & CompositeLayer["state"];

  override initializeState(): void {
    this.setState({
      texture: null,
      words: new Uint32Array(0),
      palette: new Uint32Array(0),
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
    const cells = props.rows * props.columns;
    if (cells === 0 || !props.state) {
      return;
    }
    if (cells !== this.state.words.length || props.columns !== oldProps.columns) {
      this.#own(cells);
    }
    if (props.state !== oldProps.state || this.state.palette.length === 0) {
      const palette = (props.state.palette ?? []).map((colour: Colour | null) =>
        colour ? packColour(colour) : 0,
      );
      this.setState({ palette: Uint32Array.from(palette), shown: "" });
    }
    this.#show(props.state);
  }

  #own(cells: number): void {
    this.state.texture?.destroy();
    const filter = this.props.smooth ? "linear" : "nearest";
    const texture = this.context.device.createTexture({
      width: this.props.columns,
      height: this.props.rows,
      format: "rgba8unorm",
      sampler: {
        minFilter: filter,
        magFilter: filter,
        addressModeU: "clamp-to-edge",
        addressModeV: "clamp-to-edge",
      },
    });
    this.setState({ texture, words: new Uint32Array(cells), shown: "" });
  }

  #show(layerState: LayerState): void {
    const { props } = this;
    const { words, palette, texture } = this.state;
    const step = props.moment?.step ?? 0;
    const spec = stateSpec(layerState);
    const now = props.states?.at(spec, step);
    const next = props.states?.at(spec, step + 1) ?? now;
    if (this.state.isStateHere !== (now !== undefined)) {
      this.setState({ isStateHere: now !== undefined });
    }
    if (!now || !next || !texture) {
      return;
    }
    const parts = words.length > SMOOTH_CELLS ? 1 : PARTS;
    const part = Math.floor((props.moment?.fraction ?? 0) * parts);
    const shown = `${step}:${next === now ? 0 : part}`;
    if (shown === this.state.shown) {
      return;
    }
    paintCells(words, palette, now, next, part / parts);
    texture.writeData(new Uint8Array(words.buffer));
    this.setState({ shown });
    this.setNeedsRedraw();
  }

  override renderLayers(): Layer | null {
    const { texture, shown } = this.state;
    if (!texture || shown === "") {
      return null;
    }
    const { props } = this;
    const bitmap = { image: texture, bounds: props.bounds, parameters: props.parameters };
    return new BitmapLayer(this.getSubLayerProps({ id: "cells" }) as object, bitmap as object);
  }

  override finalizeState(context: this["context"]): void {
    super.finalizeState(context);
    this.state.texture?.destroy();
  }
}
