/** PackedTripsLayer: moving people and vehicles, one packed chunk of hours at a time. */

import {
  CompositeLayer,
  type CompositeLayerProps,
  type DefaultProps,
  type Layer,
  type UpdateParameters,
} from "@deck.gl/core";
import { TripsLayer } from "@deck.gl/geo-layers";
import { getBytes } from "../api/client";
import { type PackedTrips, readTrips } from "../api/packed";
import type { Colour } from "../api/types";
import { type PageProps, pageDefaults } from "./moment";
import { packColour, spreadWords } from "./palette";

interface OwnProps extends PageProps {
  /** Address with `{chunk}` in it; not `data`, which deck.gl would fetch as it stands. */
  data: unknown;
  href: string;
  chunkSeconds: number;
  chunks: number;
  palette: readonly Colour[];
  trailLength: number;
  fadeTrail?: boolean;
  widthUnits?: "meters" | "pixels";
  getWidth?: number;
  capRounded?: boolean;
  jointRounded?: boolean;
}

export type PackedTripsLayerProps = OwnProps & CompositeLayerProps;

interface ChunkRows {
  readonly origin: readonly [number, number];
  readonly rows: object;
}

interface State {
  chunks: Map<number, ChunkRows | null>;
  pending: Set<number>;
}

/** How much wider, and how much fainter, the glow is than the trail it surrounds. */
const GLOW = { width: 3, opacity: 0.13 };

/** Light adds up where trails cross. */
const ADDITIVE = {
  depthWriteEnabled: false,
  blend: true,
  blendColorSrcFactor: "src-alpha",
  blendColorDstFactor: "one",
  blendAlphaSrcFactor: "one",
  blendAlphaDstFactor: "one",
} as const;

export function readChunkRows(trips: PackedTrips, palette: readonly Colour[]): ChunkRows | null {
  if (trips.length === 0) {
    return null;
  }
  const words = Uint32Array.from(trips.kind, (kind) => {
    const colour = palette[Math.min(kind, palette.length - 1)];
    return colour ? packColour(colour) : 0;
  });
  const colours = new Uint8Array(spreadWords(words, trips.start).buffer);
  return {
    origin: trips.origin,
    rows: {
      length: trips.length,
      startIndices: trips.start,
      attributes: {
        getPath: { value: trips.xy, size: 2 },
        getTimestamps: { value: trips.time, size: 1 },
        getColor: { value: colours, size: 4, normalized: true },
      },
    },
  };
}

export class PackedTripsLayer extends CompositeLayer<OwnProps> {
  static override layerName = "PackedTripsLayer";
  static override defaultProps = {
    ...pageDefaults,
    href: "",
    chunkSeconds: 21_600,
    chunks: 0,
    palette: { type: "array", value: [], compare: true },
    trailLength: 600,
    fadeTrail: true,
    widthUnits: "pixels",
    getWidth: 2,
    capRounded: true,
    jointRounded: true,
  } as unknown as DefaultProps<OwnProps>;

  declare state: State & CompositeLayer["state"];

  override initializeState(): void {
    this.setState({ chunks: new Map(), pending: new Set() });
  }

  override get isLoaded(): boolean {
    return super.isLoaded && this.state.pending.size === 0;
  }

  override shouldUpdateState({ changeFlags }: UpdateParameters<this>): boolean {
    return changeFlags.somethingChanged;
  }

  override updateState({ props, oldProps }: UpdateParameters<this>): void {
    if (props.href !== oldProps.href || props.palette !== oldProps.palette) {
      this.state.chunks.clear();
    }
    const chunk = this.#chunk();
    this.#load(chunk);
    this.#load(chunk + 1);
  }

  #chunk(): number {
    const { moment, chunkSeconds, chunks } = this.props;
    const at = Math.floor((moment?.elapsed_s ?? 0) / chunkSeconds);
    return Math.max(0, Math.min(chunks - 1, at));
  }

  #load(chunk: number): void {
    const { chunks, pending } = this.state;
    const { props } = this;
    if (chunk >= props.chunks || chunks.has(chunk) || pending.has(chunk)) {
      return;
    }
    pending.add(chunk);
    getBytes(props.href.replace("{chunk}", String(chunk)))
      .then((bytes) => chunks.set(chunk, readChunkRows(readTrips(bytes), props.palette)))
      .catch((problem: unknown) => {
        chunks.set(chunk, null);
        this.raiseError(problem as Error, `trips chunk ${chunk}`);
      })
      .finally(() => {
        pending.delete(chunk);
        this.setNeedsUpdate();
      });
  }

  override renderLayers(): Layer[] {
    const rows = this.state.chunks.get(this.#chunk());
    if (!rows) {
      return [];
    }
    const { props } = this;
    const trail = {
      data: rows.rows,
      positionFormat: "XY",
      coordinateSystem: "lnglat-offsets",
      coordinateOrigin: [...rows.origin, 3],
      _pathType: "open",
      currentTime: props.moment?.elapsed_s ?? 0,
      trailLength: props.trailLength,
      fadeTrail: props.fadeTrail,
      widthUnits: props.widthUnits,
      capRounded: props.capRounded,
      jointRounded: props.jointRounded,
    };
    const width = props.getWidth ?? 2;
    const glow = {
      ...trail,
      getWidth: width * GLOW.width,
      opacity: props.opacity * GLOW.opacity,
      parameters: ADDITIVE,
    };
    const line = { ...trail, getWidth: width, parameters: props.parameters };
    return [
      new TripsLayer(this.getSubLayerProps({ id: "glow" }) as object, glow as object),
      new TripsLayer(this.getSubLayerProps({ id: "trail" }) as object, line as object),
    ];
  }
}
