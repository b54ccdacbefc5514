/**
 * iALS by blocks. First every block of users looks at its weights while one task draws the first factors of items. Then each
 * half-epoch is a stage with a task for each piece of the side that it solves; a task reads the other side's factors piece by piece and
 * keeps the rows that it touches. Factors of a half-epoch have names of their own, so a task that runs twice starts from the same ones.
 */
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { Factors } from "../../../algorithms/factor-store/factors.ts";
import {
  chosenSection,
  type DataDefaults,
  defaultsFor,
  readChosen,
} from "../../../algorithms/factorization/data-defaults.ts";
import { gramPieces } from "../../../algorithms/factorization/gram-pieces.ts";
import {
  asksForWeights,
  type IalsConfig,
  INIT_SCALE,
  ialsConfigOf,
  solverOf,
} from "../../../algorithms/factorization/ials-config.ts";
import { createIalsModel } from "../../../algorithms/factorization/ials-model.ts";
import type { EncodeOptions } from "../../../algorithms/fit/algorithm.ts";
import { requireFiniteSections } from "../../../algorithms/fit/finite-fit.ts";
import { sectionOf } from "../../../artifact/decode-artifact.ts";
import { EngineError } from "../../../engine-error.ts";
import { createRandom, type Random } from "../../../random.ts";
import { blockOfRow, rowsOf } from "../../blocks/blocked-matrix.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import type { BlockList } from "../../blocks/stored-matrix.ts";
import type { PlannedStage } from "../../plan/staged-plan.ts";
import {
  type DataShape,
  encodedModel,
  type FitContext,
  type FitPlan,
  finishBreathing,
  MODEL,
} from "../fit-context.ts";
import { surveyBlock, wideWeightsOfBlocks } from "../weight-survey.ts";
import { deleteHalf, type FactorPieces, putPiece, readPiece, visitPieces } from "./factor-pieces.ts";
import { halfLoad, type IalsStages, modelLoad, prepareLoad } from "./ials-load.ts";
import { fixedRows, MOST_FIXED_BYTES, solvePiece } from "./solve-piece.ts";
import { piecesPerTask, readWholeSide, type WholeSide } from "./whole-side.ts";

const CHOSEN = "chosen";
const basisName = (half: number) => `basis/${half}`;
/** Normals that are skipped between two breaths: some milliseconds. */
const SKIPS_PER_BREATH = 800_000;
/** Rows drawn between two breaths. */
const ROWS_PER_BREATH = 1024;
/** Item factors that the last task holds together. */
const MOST_MODEL_BYTES = 64 * 1024 * 1024;

export interface BlockedIalsOptions extends Pick<EncodeOptions, "int8Factors"> {
  /** Rows of the fixed side that a task holds, in bytes. */
  readonly mostFixedBytes?: number;
  /** Pieces that a task solves; by default as `piecesPerTask` says. */
  readonly piecesPerTask?: number;
}

/** Half-epoch h solves users when it is odd, items when it is even; 0 is the drawing of items. */
type Side = "userItems" | "itemUsers";
const sideOf = (half: number): Side => (half % 2 === 1 ? "userItems" : "itemUsers");

/**
 * The plan of a fit. Its model is that of the fit in one isolate for the same blocks, see `beginIals`. Throws `BAD_PARAMETER`, and
 * `EMPTY_DATA` without interactions, and `UNSUPPORTED` when the item factors are too large for the last task.
 */
export function planBlockedIals(
  shape: DataShape,
  params: AlgorithmParams,
  seed: number,
  options: BlockedIalsOptions = {},
): FitPlan {
  return new BlockedIals(shape, params, seed, options);
}

class BlockedIals implements FitPlan {
  readonly stages: readonly PlannedStage[];
  readonly #shape: DataShape;
  readonly #params: AlgorithmParams;
  readonly #seed: number;
  readonly #options: BlockedIalsOptions;
  readonly #dim: number;
  readonly #stride: number;
  readonly #halves: number;
  readonly #pieces: Readonly<Record<Side, readonly number[]>>;
  /** Pieces that a task solves. */
  readonly #perTask: Readonly<Record<Side, number>>;
  readonly #surveys: number;

  constructor(shape: DataShape, params: AlgorithmParams, seed: number, options: BlockedIalsOptions) {
    const { userItems, itemUsers } = shape;
    if (userItems.interactionCount === 0)
      throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
    // Dim and epochs do not depend on what the data choose.
    const { dim, stride, epochs } = ialsConfigOf(params, () => defaultsFor(sizesOf(userItems), null));
    [this.#shape, this.#params, this.#seed, this.#options] = [shape, params, seed, options];
    [this.#dim, this.#stride, this.#halves] = [dim, stride, 2 * epochs];
    if (4 * stride * itemUsers.rowCount > MOST_MODEL_BYTES) {
      const limit = Math.floor(MOST_MODEL_BYTES / (4 * stride));
      const what = `${itemUsers.rowCount} items with ${dim} components are more than ${limit}`;
      throw new EngineError(
        "UNSUPPORTED",
        `${what}, which one model holds: fewer n_components allow more items.`,
      );
    }
    this.#pieces = { userItems: piecesOf(userItems, stride), itemUsers: piecesOf(itemUsers, stride) };
    this.#perTask = { userItems: this.#piecesFor(itemUsers), itemUsers: this.#piecesFor(userItems) };
    this.#surveys = asksForWeights(params) ? userItems.blocks.length : 0;
    const loads = this.#loads();
    this.stages = [
      { name: "prepare", taskCount: this.#surveys + 1, load: prepareLoad(shape, loads) },
      ...Array.from({ length: this.#halves }, (_, at) => {
        const side = sideOf(at + 1);
        const name = `${side === "userItems" ? "users" : "items"} ${1 + (at >> 1)}`;
        const taskCount = Math.ceil(this.#pieceCount(side) / this.#perTask[side]);
        return { name, taskCount, load: halfLoad(shape, loads, at + 1) };
      }),
      { name: "model", taskCount: 1, load: modelLoad(shape, loads) },
    ];
  }

  async runTask(stage: number, task: number, context: FitContext): Promise<void> {
    const taskCount = this.stages[stage]?.taskCount ?? 0;
    if (!(task >= 0 && task < taskCount)) throw new RangeError(`No task ${task} in stage ${stage}.`);
    if (stage === 0) await this.#prepare(task, context);
    else if (stage <= this.#halves) await this.#solve(stage, task, context);
    else await this.#finish(context);
  }

  async #prepare(task: number, context: FitContext): Promise<void> {
    if (task < this.#surveys) await surveyBlock(context, task);
    else await this.#draw(context);
  }

  /** The numbers that a fit in one isolate draws for items, after those of users. One task: any other would skip as many again. */
  async #draw(context: FitContext): Promise<void> {
    const random = createRandom(this.#seed);
    for (let left = this.#shape.userItems.rowCount * this.#dim; left > 0; ) {
      const skipped = Math.min(left, SKIPS_PER_BREATH);
      random.skipNormals(skipped);
      left -= skipped;
      await context.breathe();
    }
    for (let piece = 0; piece < this.#pieceCount("itemUsers"); piece++) {
      await this.#drawPiece(piece, random, context);
    }
  }

  async #drawPiece(piece: number, random: Random, context: FitContext): Promise<void> {
    const { kernels, breathe } = context;
    const [dim, stride] = [this.#dim, this.#stride];
    const [first, end] = this.#rowsOf("itemUsers", piece);
    const deviation = INIT_SCALE / Math.sqrt(dim);
    const rows = kernels.allocF32((end - first) * stride);
    try {
      for (let row = 0; row < end - first; row++) {
        if (row % ROWS_PER_BREATH === 0) await breathe();
        const view = rows.view;
        for (let k = row * stride; k < row * stride + dim; k++) view[k] = deviation * random.normal();
      }
      await putPiece(context, { half: 0, piece, stride }, rows, end - first);
    } finally {
      rows.free();
    }
  }

  async #solve(half: number, task: number, context: FitContext): Promise<void> {
    const config = await this.#config(half, task, context);
    const side = sideOf(half);
    const perTask = this.#perTask[side];
    const end = Math.min(this.#pieceCount(side), (task + 1) * perTask);
    const whole = perTask > 1 ? await readWholeSide(context, config, this.#factors(half - 1)) : null;
    try {
      for (let piece = task * perTask; piece < end; piece++) {
        await this.#solvePiece(half, piece, context, { config, whole });
      }
    } finally {
      whole?.rows.release();
    }
    // Nobody reads older ones: a late task of an earlier stage fails, and its result is there already.
    if (task === 0 && half > 2) await deleteHalf(context.store, half - 3);
  }

  async #solvePiece(
    half: number,
    piece: number,
    context: FitContext,
    { config, whole }: { readonly config: IalsConfig; readonly whole: WholeSide | null },
  ): Promise<void> {
    const { data, store } = context;
    const side = sideOf(half);
    const [first, end] = this.#rowsOf(side, piece);
    const block = blockOfRow(data[side], first);
    const firstOfBlock = data[side].blocks[block]?.firstRow ?? 0;
    const matrix = rowsOf(await data[side].read(block), first - firstOfBlock, end - firstOfBlock);
    const solver = this.#solver(config, side);
    const { rows, basis } = await solvePiece(context, {
      config,
      solver,
      fixed: this.#factors(half - 1),
      whole,
      matrix,
      warm: half > 1 ? (await readPiece(store, this.#factors(half - 2), piece)).rows : null,
      turn: half > 1 ? await this.#basisOf(config, half - 1, store) : null,
      ...(this.#options.mostFixedBytes && { mostFixedBytes: this.#options.mostFixedBytes }),
    });
    try {
      await putPiece(context, { half, piece, stride: this.#stride }, rows, end - first);
    } finally {
      rows.free();
    }
    if (piece === 0 && basis) await putSections(store, basisName(half), [{ name: "vectors", data: basis }]);
  }

  async #finish({ store, kernels, breathe }: FitContext): Promise<void> {
    const config = await this.#chosenConfig(store);
    const [dim, stride] = [this.#dim, this.#stride];
    const items = new Factors(kernels, this.#shape.itemUsers.rowCount, dim, stride);
    await visitPieces(store, this.#factors(this.#halves), (firstRow, rows) => {
      items.buffer.view.set(rows, firstRow * stride);
    });
    const model = createIalsModel(kernels, config, items, null);
    try {
      const { int8Factors = false } = this.#options;
      const sections = await finishBreathing(encodedModel(model, { int8Factors }), breathe);
      await finishBreathing(requireFiniteSections(model.algorithm, sections), breathe);
      await putSections(store, MODEL, sections);
    } finally {
      model.dispose();
    }
  }

  /** The first half-epoch decides what the data choose, each of its tasks alike; its first task writes it down. */
  async #config(half: number, task: number, context: FitContext): Promise<IalsConfig> {
    const { store } = context;
    if (half > 1) return this.#chosenConfig(store);
    const wide = this.#surveys > 0 ? await wideWeightsOfBlocks(context, this.#shape) : null;
    const chosen = defaultsFor(sizesOf(this.#shape.userItems), wide?.median ?? null);
    if (task === 0) await putSections(store, CHOSEN, [chosenSection(chosen)]);
    return this.#configBy(chosen);
  }

  async #chosenConfig(store: FitContext["store"]): Promise<IalsConfig> {
    return this.#configBy(readChosen(await getSections(store, CHOSEN)));
  }

  #configBy(chosen: DataDefaults): IalsConfig {
    return ialsConfigOf(this.#params, () => chosen);
  }

  /** What the loads of the stages depend on; how weights are scaled is not known before the data are read. */
  #loads(): IalsStages {
    const config = ialsConfigOf(this.#params, () => defaultsFor(sizesOf(this.#shape.userItems), null));
    return {
      ...{
        config,
        surveys: this.#surveys,
        halves: this.#halves,
        pieces: this.#pieces,
        perTask: this.#perTask,
      },
      solvers: {
        userItems: this.#solver(config, "userItems"),
        itemUsers: this.#solver(config, "itemUsers"),
      },
      mostFixedRows: fixedRows(this.#stride, this.#options.mostFixedBytes),
    };
  }

  #solver(config: IalsConfig, side: Side) {
    return solverOf(config, sizesOf(this.#shape[side]));
  }

  /** The basis into which a half-epoch turned both sides; null where its solver does not. */
  async #basisOf(config: IalsConfig, half: number, store: FitContext["store"]): Promise<Float32Array | null> {
    if (half < 1 || this.#solver(config, sideOf(half)) !== "preconditioned") return null;
    const sections = await getSections(store, basisName(half));
    return sectionOf({ sections }, "vectors", Float32Array);
  }

  #factors(half: number): FactorPieces {
    return { half, starts: this.#pieces[sideOf(half)], stride: this.#stride };
  }

  #piecesFor({ rowCount }: BlockList): number {
    const { piecesPerTask: given, mostFixedBytes = MOST_FIXED_BYTES } = this.#options;
    return given ?? piecesPerTask(4 * this.#stride * rowCount, mostFixedBytes);
  }

  #pieceCount(side: Side): number {
    return this.#pieces[side].length - 1;
  }

  #rowsOf(side: Side, piece: number): readonly [number, number] {
    const starts = this.#pieces[side];
    return [starts[piece] as number, starts[piece + 1] as number];
  }
}

function piecesOf({ blocks, rowCount }: BlockList, stride: number): number[] {
  return gramPieces([...blocks.map(({ firstRow }) => firstRow), rowCount], stride);
}

function sizesOf({ rowCount, columnCount, interactionCount }: BlockList) {
  return { rowCount, columnCount, entryCount: interactionCount };
}
