/** Decoders of the packed binary encodings of docs/reference/formats.md. */

const HEADER_BYTES = 32;
const VERSION = 1;

interface Header {
  readonly features: number;
  readonly vertices: number;
  readonly indices: number;
  readonly origin: readonly [number, number];
}

export interface PackedPolygons {
  readonly length: number;
  readonly origin: readonly [number, number];
  /** Degrees from the origin, closed rings, shape (vertices, 2). */
  readonly xy: Float32Array;
  /** First vertex of each ring, shape (features + 1). */
  readonly start: Uint32Array;
  /** Metres, shape (features). */
  readonly height: Float32Array;
  readonly indices: Uint32Array;
  /** Row in the table, shape (features). */
  readonly id: Uint32Array;
  /** Index into the layer's palette, shape (features). */
  readonly kind: Uint8Array;
}

export interface PackedLines {
  readonly length: number;
  readonly origin: readonly [number, number];
  readonly xy: Float32Array;
  readonly start: Uint32Array;
  /** Metres, shape (features). */
  readonly width: Float32Array;
  readonly id: Uint32Array;
  readonly kind: Uint8Array;
}

export interface PackedTrips {
  readonly length: number;
  readonly origin: readonly [number, number];
  readonly xy: Float32Array;
  /** Seconds from the run's first tick, shape (vertices). */
  readonly time: Float32Array;
  readonly start: Uint32Array;
  readonly kind: Uint8Array;
}

/** Reads arrays one after another and refuses a buffer that is too short or too long. */
class Reader {
  readonly #bytes: ArrayBuffer;
  #at = HEADER_BYTES;

  constructor(bytes: ArrayBuffer) {
    this.#bytes = bytes;
  }

  header(): Header {
    if (this.#bytes.byteLength < HEADER_BYTES) {
      throw new RangeError(
        `packed data: ${this.#bytes.byteLength} bytes, want at least ${HEADER_BYTES}`,
      );
    }
    const view = new DataView(this.#bytes);
    const version = view.getUint32(12, true);
    if (version !== VERSION) {
      throw new RangeError(`packed data: version ${version}, want ${VERSION}; rebuild the page`);
    }
    return {
      features: view.getUint32(0, true),
      vertices: view.getUint32(4, true),
      indices: view.getUint32(8, true),
      origin: [view.getFloat64(16, true), view.getFloat64(24, true)],
    };
  }

  #take(count: number, size: number): number {
    const at = this.#at;
    this.#at += count * size;
    if (this.#at > this.#bytes.byteLength) {
      throw new RangeError(
        `packed data ends at byte ${this.#bytes.byteLength}, want ${this.#at} or more`,
      );
    }
    return at;
  }

  float32(count: number): Float32Array {
    return new Float32Array(this.#bytes, this.#take(count, 4), count);
  }

  uint32(count: number): Uint32Array {
    return new Uint32Array(this.#bytes, this.#take(count, 4), count);
  }

  uint8(count: number): Uint8Array {
    return new Uint8Array(this.#bytes, this.#take(count, 1), count);
  }
}

export function readPolygons(bytes: ArrayBuffer): PackedPolygons {
  const reader = new Reader(bytes);
  const { features, vertices, indices, origin } = reader.header();
  return {
    length: features,
    origin,
    xy: reader.float32(2 * vertices),
    start: reader.uint32(features + 1),
    height: reader.float32(features),
    indices: reader.uint32(indices),
    id: reader.uint32(features),
    kind: reader.uint8(features),
  };
}

export function readLines(bytes: ArrayBuffer): PackedLines {
  const reader = new Reader(bytes);
  const { features, vertices, origin } = reader.header();
  return {
    length: features,
    origin,
    xy: reader.float32(2 * vertices),
    start: reader.uint32(features + 1),
    width: reader.float32(features),
    id: reader.uint32(features),
    kind: reader.uint8(features),
  };
}

export function readTrips(bytes: ArrayBuffer): PackedTrips {
  const reader = new Reader(bytes);
  const { features, vertices, origin } = reader.header();
  return {
    length: features,
    origin,
    xy: reader.float32(2 * vertices),
    time: reader.float32(vertices),
    start: reader.uint32(features + 1),
    kind: reader.uint8(features),
  };
}

/** Repeats one value per feature for every vertex of the feature. */
export function perVertex(values: Float32Array, start: Uint32Array): Float32Array {
  const spread = new Float32Array(start.at(-1) ?? 0);
  for (let feature = 0; feature < values.length; feature++) {
    spread.fill(values[feature] ?? 0, start[feature], start[feature + 1]);
  }
  return spread;
}
