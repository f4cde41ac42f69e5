import { expect, test } from "vitest";
import { perVertex, readLines, readPolygons, readTrips } from "../src/api/packed";

/** Writes arrays one after another behind a header, as the server does. */
function pack(counts: [number, number, number, number], ...arrays: ArrayBufferView[]): ArrayBuffer {
  const length = arrays.reduce((sum, array) => sum + array.byteLength, 32);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  counts.forEach((count, at) => {
    view.setUint32(4 * at, count, true);
  });
  view.setFloat64(16, 120.5, true);
  view.setFloat64(24, 30.25, true);
  let at = 32;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes.buffer;
}

const square = Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1, 0, 0);

test("polygons keep origin, rings, heights, triangles, rows and kinds", () => {
  const packed = readPolygons(
    pack(
      [1, 5, 6, 1],
      square,
      Uint32Array.of(0, 5),
      Float32Array.of(12.5),
      Uint32Array.of(0, 1, 2, 0, 2, 3),
      Uint32Array.of(7),
      Uint8Array.of(3),
    ),
  );
  expect(packed.length).toBe(1);
  expect(packed.origin).toEqual([120.5, 30.25]);
  expect([...packed.xy]).toEqual([...square]);
  expect([...packed.start]).toEqual([0, 5]);
  expect(packed.height[0]).toBe(12.5);
  expect([...packed.indices]).toEqual([0, 1, 2, 0, 2, 3]);
  expect(packed.id[0]).toBe(7);
  expect(packed.kind[0]).toBe(3);
});

test("lines keep width, row and kind", () => {
  const packed = readLines(
    pack(
      [1, 2, 0, 1],
      Float32Array.of(0, 0, 1, 1),
      Uint32Array.of(0, 2),
      Float32Array.of(6),
      Uint32Array.of(4),
      Uint8Array.of(2),
    ),
  );
  expect([packed.width[0], packed.id[0], packed.kind[0]]).toEqual([6, 4, 2]);
});

test("trips keep times in seconds and kinds", () => {
  const packed = readTrips(
    pack(
      [1, 2, 0, 1],
      Float32Array.of(0, 0, 1, 1),
      Float32Array.of(10, 20),
      Uint32Array.of(0, 2),
      Uint8Array.of(5),
    ),
  );
  expect([...packed.time]).toEqual([10, 20]);
  expect(packed.kind[0]).toBe(5);
});

test("an empty layer is read as empty", () => {
  expect(readPolygons(pack([0, 0, 0, 1], Uint32Array.of(0))).length).toBe(0);
});

test("a buffer that ends early is refused with both lengths", () => {
  expect(() => readPolygons(pack([1, 5, 6, 1], square))).toThrow(/ends at byte 72, want 80/);
});

test("another version is refused", () => {
  expect(() => readLines(pack([0, 0, 0, 2], Uint32Array.of(0)))).toThrow(/version 2, want 1/);
});

test("a value per feature becomes a value per vertex", () => {
  expect([...perVertex(Float32Array.of(1, 2), Uint32Array.of(0, 2, 5))]).toEqual([1, 1, 2, 2, 2]);
});
