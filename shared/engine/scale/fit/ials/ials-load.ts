/** What the stages of iALS by blocks take: counts of `BlockedIals`, and operations of its solvers. */

import {
  EIGEN_COST,
  type IalsConfig,
  type IalsSolver,
  PRECONDITIONED_STEPS,
  type SideShape,
  solvingCost,
} from "../../../algorithms/factorization/ials-config.ts";
import { addLoads, bytesOfBlocks, loadOf, type StageLoad } from "../../plan/stage-load.ts";
import type { DataShape } from "../fit-context.ts";
import { SURVEY_BYTES, surveyLoad } from "../weight-survey-load.ts";

/** What the plan decides. Half-epoch h solves users when it is odd, items when it is even. */
export interface IalsStages {
  readonly config: IalsConfig;
  readonly surveys: number;
  readonly halves: number;
  /** First row of each piece, then the number of rows. */
  readonly pieces: Readonly<Record<Side, readonly number[]>>;
  readonly solvers: Readonly<Record<Side, IalsSolver>>;
  /** Pieces that a task solves. */
  readonly perTask: Readonly<Record<Side, number>>;
  /** Rows of the fixed side that a task of one piece holds. */
  readonly mostFixedRows: number;
}

type Side = "userItems" | "itemUsers";
const sideOf = (half: number): Side => (half % 2 === 1 ? "userItems" : "itemUsers");

/**
 * Milliseconds of one processor for a million: of normals that are skipped and drawn, of logarithms of weights, of factors that are copied. By
 * `node --expose-gc test/bench/scale/estimate.ts --stages`, as all rates here.
 */
const MS_PER_MILLION = { skipped: 20, drawn: 90, scaled: 25, copied: 2 };
/** Milliseconds for a million multiply-adds: of products with entries, of rows and fixed rows that are turned, of finding eigenvectors. */
const MS_PER_MEGAFLOP = { products: 0.3, rows: 0.37, fixed: 0.29, eigen: 0.08 };

/** Factors of a side, with a Gram matrix for each of its pieces. */
function factorBytes({ pieces, config: { stride } }: IalsStages, side: Side): number {
  const starts = pieces[side];
  return 4 * stride * ((starts.at(-1) as number) + (starts.length - 1) * stride);
}

const pieceCount = ({ pieces }: IalsStages, side: Side) => pieces[side].length - 1;

export function prepareLoad(shape: DataShape, stages: IalsStages): StageLoad {
  const { dim } = stages.config;
  const skipped = dim * shape.userItems.rowCount;
  const drawn = loadOf(1, {
    ...{ reads: 0, writes: pieceCount(stages, "itemUsers") },
    ...{ readBytes: 0, writtenBytes: factorBytes(stages, "itemUsers") },
    computeMs:
      (MS_PER_MILLION.skipped * skipped + MS_PER_MILLION.drawn * dim * shape.itemUsers.rowCount) / 1e6,
  });
  return stages.surveys > 0 ? addLoads(surveyLoad(shape), drawn) : drawn;
}

export function halfLoad(shape: DataShape, stages: IalsStages, half: number): StageLoad {
  const [side, fixed] = [sideOf(half), sideOf(half - 1)];
  const pieces = pieceCount(stages, side);
  const tasks = Math.ceil(pieces / stages.perTask[side]);
  const { groups, computeMs } = solvingOf(shape, stages, side);
  const isTurned = half > 1 && stages.solvers[fixed] === "preconditioned";
  const { stride } = stages.config;
  const { rowCount } = shape[side];
  // What the data choose is found by all tasks of the first half-epoch.
  const settings = half > 1 ? tasks : tasks * stages.surveys;
  const warm = half > 1 ? pieces : 0;
  const basis = isTurned ? pieces : 0;
  const settingBytes = half > 1 ? 100 * tasks : stages.surveys > 0 ? SURVEY_BYTES * tasks : 0;
  return loadOf(tasks, {
    reads: pieces + settings + groups * pieceCount(stages, fixed) + warm + basis,
    // The first task writes what is chosen, or the basis, and deletes an older half-epoch, for which it lists it.
    writes:
      pieces +
      (half === 1 ? 1 : 0) +
      (stages.solvers[side] === "preconditioned" ? 1 : 0) +
      (half > 2 ? 1 : 0),
    readBytes:
      blockBytesOf(shape, stages, side) +
      settingBytes +
      groups * factorBytes(stages, fixed) +
      (half > 1 ? factorBytes(stages, side) : 0) +
      4 * basis * stride ** 2,
    writtenBytes: factorBytes(stages, side),
    computeMs: computeMs + (MS_PER_MILLION.copied * rowCount * stride) / 1e6,
  });
}

export function modelLoad(shape: DataShape, stages: IalsStages): StageLoad {
  const { halves, config } = stages;
  const side = sideOf(halves);
  const { rowCount } = shape.itemUsers;
  return loadOf(1, {
    ...{ reads: 1 + pieceCount(stages, side), writes: 1 },
    ...{ readBytes: factorBytes(stages, side), writtenBytes: 4 * rowCount * config.dim },
    computeMs: (MS_PER_MILLION.copied * 4 * rowCount * config.stride) / 1e6,
  });
}

/**
 * Groups of rows that tasks solve, and the time of solving. A task reads the fixed side once for each of its groups; one of several pieces reads and
 * turns all of it once.
 */
function solvingOf(shape: DataShape, stages: IalsStages, side: Side) {
  const { config, solvers, pieces, mostFixedRows } = stages;
  const { rowCount, columnCount, interactionCount } = shape[side];
  let [groups, computeMs] = [0, 0];
  const starts = pieces[side];
  const perTask = stages.perTask[side];
  for (let piece = 0; piece + 1 < starts.length; piece++) {
    const rows = (starts[piece + 1] as number) - (starts[piece] as number);
    const entries = (interactionCount * rows) / rowCount;
    // Columns that are drawn evenly; popular ones are met sooner, and rare ones later.
    const touched = columnCount * -Math.expm1(-entries / Math.max(1, columnCount));
    if (perTask > 1) {
      const isFirst = piece % perTask === 0;
      if (isFirst) groups++;
      const own = { rowCount: rows, columnCount: isFirst ? columnCount : 0, entryCount: entries };
      computeMs += solvingMs(config, solvers[side], own);
      continue;
    }
    const count = Math.max(1, Math.ceil(touched / mostFixedRows));
    groups += count;
    const group = {
      ...{ rowCount: rows / count, columnCount: touched / count, entryCount: entries / count },
    };
    computeMs += count * solvingMs(config, solvers[side], group);
  }
  const scaled = config.isLogScaled ? MS_PER_MILLION.scaled : 0;
  return { groups, computeMs: computeMs + (scaled * interactionCount) / 1e6 };
}

/** Of a group of rows, with their Gram matrix. */
function solvingMs({ stride }: IalsConfig, solver: IalsSolver, group: SideShape): number {
  const { products, rows, fixed, eigen } = MS_PER_MEGAFLOP;
  const { rowCount, columnCount, entryCount } = group;
  const gram = rows * rowCount * stride ** 2;
  if (solver !== "preconditioned") return (gram + products * solvingCost({ stride }, solver, group)) / 1e6;
  const solving =
    products * (4 * PRECONDITIONED_STEPS + 2) * entryCount * stride +
    2 * stride ** 2 * (rows * rowCount + fixed * columnCount) +
    // The eigenvectors are those of the fixed side.
    (columnCount > 0 ? eigen * EIGEN_COST * stride ** 3 : 0);
  return (gram + solving) / 1e6;
}

/** A task reads the whole block that its piece is of. */
function blockBytesOf(shape: DataShape, stages: IalsStages, side: Side): number {
  const { blocks } = shape[side];
  return (bytesOfBlocks(shape[side]) / Math.max(1, blocks.length)) * pieceCount(stages, side);
}
