/**
 * Factors of a side in pieces of rows. The object of a piece has its Gram matrix (stride × stride), then its rows (count × stride), in
 * 32-bit floats.
 */
import { addRowsToGram } from "../../../algorithms/factorization/gram-pieces.ts";
import { addPiece } from "../../../algorithms/linear-algebra/add-piece.ts";
import { EngineError } from "../../../engine-error.ts";
import type { F32Buffer, Kernels } from "../../../kernels/kernels.ts";
import { ObjectReader, type ObjectStore, requireObject } from "../../blocks/object-store.ts";

/** A side as it stands after a half-epoch. */
export interface FactorPieces {
  /** Which half-epoch solved it; 0 for the initial ones of items. */
  readonly half: number;
  /** First row of each piece, then the number of rows. */
  readonly starts: readonly number[];
  readonly stride: number;
}

const pieceName = (half: number, piece: number) => `factors/${half}/${piece}`;

/** Stores a piece's rows and their Gram matrix. @param rows In kernel memory, `rowCount` of them from the first on. */
export async function putPiece(
  { kernels, store }: { readonly kernels: Kernels; readonly store: ObjectStore },
  place: { readonly half: number; readonly piece: number; readonly stride: number },
  rows: F32Buffer,
  rowCount: number,
): Promise<void> {
  const { half, piece, stride } = place;
  const square = stride ** 2;
  const content = new Float32Array(square + rowCount * stride);
  const gram = kernels.allocF32(square);
  try {
    for (let row = 0; row < rowCount; ) {
      row = addRowsToGram(kernels, { factors: rows, dim: stride, fromRow: row, gram }, rowCount);
    }
    content.set(gram.view);
  } finally {
    gram.free();
  }
  content.set(rows.view.subarray(0, rowCount * stride), square);
  await store.put(pieceName(half, piece), new Uint8Array(content.buffer));
}

/** Visits the pieces in order, each with its first row, its Gram matrix and its rows, as views that are void after the visit. */
export async function visitPieces(
  store: ObjectStore,
  factors: FactorPieces,
  visit: (firstRow: number, rows: Float32Array, gram: Float32Array) => void,
): Promise<void> {
  const reader = new ObjectReader(store);
  for (let piece = 0; piece + 1 < factors.starts.length; piece++) {
    const content = await reader.read(pieceName(factors.half, piece));
    const { gram, rows } = pieceIn(content, factors, piece);
    visit(factors.starts[piece] as number, rows, gram);
  }
}

/** One piece. Throws `BAD_DATA` when it is not there, `BAD_ARTIFACT` when it has another size. */
export async function readPiece(
  store: ObjectStore,
  factors: FactorPieces,
  piece: number,
): Promise<FactorPiece> {
  return pieceIn(await requireObject(store, pieceName(factors.half, piece)), factors, piece);
}

interface FactorPiece {
  readonly gram: Float32Array;
  readonly rows: Float32Array;
}

function pieceIn(bytes: Uint8Array, { half, starts, stride }: FactorPieces, piece: number): FactorPiece {
  const name = pieceName(half, piece);
  const rowCount = (starts[piece + 1] as number) - (starts[piece] as number);
  const content = floatsOf(bytes);
  const expected = stride ** 2 + rowCount * stride;
  if (content.length !== expected) {
    throw new EngineError("BAD_ARTIFACT", `"${name}" has ${content.length} numbers, expected ${expected}.`);
  }
  return { gram: content.subarray(0, stride ** 2), rows: content.subarray(stride ** 2) };
}

/** QᵀQ of a side: its pieces' in their order. */
export async function sumGrams(store: ObjectStore, factors: FactorPieces): Promise<Float32Array> {
  const total = new Float32Array(factors.stride ** 2);
  await visitPieces(store, factors, (_first, _rows, gram) => addPiece(total, gram));
  return total;
}

/** Deletes the factors that a half-epoch left. */
export function deleteHalf(store: ObjectStore, half: number): Promise<void> {
  return store.delete(`factors/${half}/`);
}

/** A view where the address allows one. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, bytes.length >> 2);
}
