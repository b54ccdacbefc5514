/** What the stages of TruncatedSVD by blocks take, see `planBlockedSvd`. */
import { SECONDS_PER_FLOP } from "../../../algorithms/cost/rates.ts";
import { addLoads, bytesOfBlocks, loadOf, type StageLoad } from "../../plan/stage-load.ts";
import type { DataShape } from "../fit-context.ts";
import { SURVEY_BYTES, surveyLoad } from "../weight-survey-load.ts";
import { type BasisShape, basisObjects } from "./basis-pieces.ts";

/** Milliseconds for a million: of normals that are drawn, of entries that are transposed, of floats that are added and copied. */
const MS_PER_MILLION = { drawn: 40, transposed: 25, added: 1.2 };
/** Multiply-adds: of a sparse product for each entry and column, of making a basis orthonormal for each float and column. */
const FLOPS = { multiplied: 8, product: 4, orthonormal: 4 };

export function svdLoads(shape: DataShape, basis: BasisShape) {
  const { userItems } = shape;
  const { interactionCount: entries, rowCount } = userItems;
  const blocks = userItems.blocks.length;
  const { count, stride } = basis;
  const objects = basisObjects(basis);
  const basisBytes = 4 * count * stride;
  const blockBytes = bytesOfBlocks(userItems);
  const ms = (unit: keyof typeof MS_PER_MILLION, amount: number) => (MS_PER_MILLION[unit] * amount) / 1e6;
  const flopsMs = (flops: number) => 1000 * SECONDS_PER_FLOP * flops;
  const orthonormalMs = flopsMs(FLOPS.orthonormal * count * stride ** 2);
  const draw = loadOf(1, {
    ...{ reads: 0, writes: objects, readBytes: 0, writtenBytes: basisBytes },
    computeMs: ms("drawn", count * stride) + orthonormalMs,
  });
  return {
    prepare: addLoads(surveyLoad(shape), draw),
    /** The first one reads what all blocks say of their weights, and its first task writes that down. */
    multiply: (turn: number): StageLoad =>
      loadOf(blocks, {
        reads: blocks * ((turn === 1 ? blocks : 1) + 1 + objects),
        writes: blocks * objects + (turn === 1 ? 1 : 0),
        readBytes: blockBytes + blocks * (basisBytes + (turn === 1 ? SURVEY_BYTES : 0)),
        writtenBytes: blocks * basisBytes,
        computeMs:
          flopsMs(FLOPS.multiplied * entries * stride) +
          ms("transposed", entries) +
          ms("added", blocks * count * stride),
      }),
    /** The second one and later ones list older images, to delete them. */
    basis: (turn: number): StageLoad =>
      loadOf(1, {
        ...{ reads: blocks * objects, writes: objects + (turn > 1 ? 1 : 0) },
        ...{ readBytes: blocks * basisBytes, writtenBytes: basisBytes },
        computeMs: ms("added", blocks * count * stride) + orthonormalMs,
      }),
    products: loadOf(blocks, {
      ...{ reads: blocks * (2 + objects), writes: blocks },
      readBytes: blockBytes + blocks * basisBytes,
      writtenBytes: 8 * blocks * stride ** 2,
      computeMs:
        flopsMs(FLOPS.product * entries * stride + rowCount * stride ** 2) +
        ms("added", blocks * count * stride),
    }),
    model: loadOf(1, {
      ...{ reads: blocks + objects + 1, writes: 1 },
      ...{ readBytes: basisBytes + 8 * blocks * stride ** 2, writtenBytes: basisBytes },
      computeMs: flopsMs(count * stride ** 2) + ms("added", 4 * count * stride),
    }),
  };
}
