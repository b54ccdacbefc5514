/** All rows of the fixed side, for the pieces that a task solves one after another. */
import { Factors } from "../../../algorithms/factor-store/factors.ts";
import type { BasisCheckpoint } from "../../../algorithms/factorization/ials-basis.ts";
import type { IalsConfig } from "../../../algorithms/factorization/ials-config.ts";
import { addPiece } from "../../../algorithms/linear-algebra/add-piece.ts";
import type { FitContext } from "../fit-context.ts";
import { type FactorPieces, visitPieces } from "./factor-pieces.ts";

/** About the bytes of interactions of a piece. */
const PIECE_BYTES = 8 * 1024 * 1024;
/** More of them would leave the garbage of as many blocks. */
const MOST_PIECES = 3;

export interface WholeSide {
  readonly rows: Factors;
  /** QᵀQ. */
  readonly gram: Float32Array;
  /** Once a piece has turned the rows. */
  turned: BasisCheckpoint | null;
}

/**
 * Pieces of a task. Each task reads the factors of the fixed side and may turn them, so that the work would grow with the square of the data where
 * a task has one piece: a task solves the more pieces the more factors there are. One where they do not fit a task.
 *
 * @param fixedBytes Of all rows of the fixed side.
 */
export function piecesPerTask(fixedBytes: number, mostFixedBytes: number): number {
  if (fixedBytes > mostFixedBytes) return 1;
  return Math.min(MOST_PIECES, Math.max(1, Math.ceil(fixedBytes / PIECE_BYTES)));
}

/** The caller releases the rows. */
export async function readWholeSide(
  { kernels, store }: Pick<FitContext, "kernels" | "store">,
  { dim, stride }: Pick<IalsConfig, "dim" | "stride">,
  pieces: FactorPieces,
): Promise<WholeSide> {
  const rows = new Factors(kernels, pieces.starts.at(-1) ?? 0, dim, stride);
  const gram = new Float32Array(stride ** 2);
  try {
    await visitPieces(store, pieces, (firstRow, content, part) => {
      addPiece(gram, part);
      rows.buffer.view.set(content, firstRow * stride);
    });
    return { rows, gram, turned: null };
  } catch (error) {
    rows.release();
    throw error;
  }
}
