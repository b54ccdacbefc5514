/**
 * Bases and their images as objects: rows of floats, some rows an object, so that a task reads and adds one after another. Rows past the
 * number of items stay zero.
 */
import { addPiece } from "../../../algorithms/linear-algebra/add-piece.ts";
import { paddedRows } from "../../../algorithms/linear-algebra/orthonormalize.ts";
import type { Basis } from "../../../algorithms/linear-algebra/subspace-iteration.ts";
import { EngineError } from "../../../engine-error.ts";
import type { F32Buffer, Kernels } from "../../../kernels/kernels.ts";
import { ObjectReader, type ObjectStore } from "../../blocks/object-store.ts";
import { floatsOf } from "../ials/factor-pieces.ts";

/** Of an object. */
const PIECE_BYTES = 8 * 1024 * 1024;

export interface BasisShape {
  /** Items. */
  readonly count: number;
  readonly stride: number;
}

/** How many objects hold a basis. */
export function basisObjects({ count, stride }: BasisShape): number {
  return Math.ceil((4 * count * stride) / PIECE_BYTES);
}

export function allocBasis(kernels: Kernels, { count, stride }: BasisShape): F32Buffer {
  return kernels.allocF32(paddedRows(count) * stride);
}

/** Stores the rows of a basis or an image under a name. Its objects are copies. */
export async function putBasis(
  store: ObjectStore,
  name: string,
  { matrix, count, stride }: Basis,
): Promise<void> {
  const length = count * stride;
  const size = PIECE_BYTES / 4;
  for (let from = 0; from < length; from += size) {
    const content = matrix.view.slice(from, Math.min(length, from + size));
    await store.put(`${name}/${from / size}`, new Uint8Array(content.buffer));
  }
}

/** out += the rows that are stored under a name. Throws `BAD_DATA` where they are not there, `BAD_ARTIFACT` where they have another size. */
export async function addBasis(
  reader: ObjectReader,
  name: string,
  { matrix, count, stride }: Basis,
): Promise<void> {
  const length = count * stride;
  const size = PIECE_BYTES / 4;
  for (let from = 0; from < length; from += size) {
    const content = floatsOf(await reader.read(`${name}/${from / size}`));
    const expected = Math.min(size, length - from);
    if (content.length !== expected) {
      const what = `has ${content.length} numbers, expected ${expected}`;
      throw new EngineError("BAD_ARTIFACT", `"${name}/${from / size}" ${what}.`);
    }
    addPiece(matrix.view.subarray(from, from + expected), content);
  }
}

/** The rows that are stored under a name, in new kernel memory. */
export async function readBasis(
  { kernels, store }: { readonly kernels: Kernels; readonly store: ObjectStore },
  name: string,
  shape: BasisShape,
): Promise<F32Buffer> {
  const matrix = allocBasis(kernels, shape);
  try {
    await addBasis(new ObjectReader(store), name, { matrix, ...shape });
    return matrix;
  } catch (error) {
    matrix.free();
    throw error;
  }
}
