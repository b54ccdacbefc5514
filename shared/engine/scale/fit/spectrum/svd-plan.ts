/**
 * TruncatedSVD by blocks of users. A multiplication by XᵀX is a stage with a task for each block, which leaves what its users add; the
 * next stage is one task that sums these in the order of blocks and makes the sum orthonormal. Then each block leaves a small Gram matrix,
 * and the last task rotates the basis. The basis of all items is in memory, the interactions of a block alone. Reads grow with the
 * number of blocks, not with its square.
 */
import { truncatedSvd as definition } from "#contract/algorithms/truncated-svd.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { truncatedSvdModel, vectorCount } from "../../../algorithms/factorization/truncated-svd.ts";
import { requireFiniteSections } from "../../../algorithms/fit/finite-fit.ts";
import { addPiece } from "../../../algorithms/linear-algebra/add-piece.ts";
import { multiplyByGram, panelWidth } from "../../../algorithms/linear-algebra/gram-product.ts";
import { POWER_ITERATIONS } from "../../../algorithms/linear-algebra/randomized-svd.ts";
import {
  basisWidth,
  drawBasis,
  gramOfProduct,
  orthonormalImage,
  rotateBasis,
} from "../../../algorithms/linear-algebra/subspace-iteration.ts";
import { readableModel } from "../../../algorithms/weighting/with-readable-weights.ts";
import { sectionOf } from "../../../artifact/decode-artifact.ts";
import { rowsOf } from "../../../data/row-reader.ts";
import { transposeInSteps } from "../../../data/transpose.ts";
import { EngineError } from "../../../engine-error.ts";
import { ObjectReader } from "../../blocks/object-store.ts";
import { getSections, putSections } from "../../blocks/section-object.ts";
import { type NamedStage, StagedTasks } from "../../plan/staged-tasks.ts";
import {
  type DataShape,
  encodedModel,
  type FitContext,
  type FitPlan,
  finishBreathing,
  MODEL,
} from "../fit-context.ts";
import { chosenUnit, putUnit, readableBlock, surveyBlock } from "../weight-survey.ts";
import { addBasis, allocBasis, type BasisShape, putBasis, readBasis } from "./basis-pieces.ts";
import { svdLoads } from "./svd-load.ts";

/** What a task holds beside a block: two bases, and either a third one or products of a block. */
const MOST_BYTES = 72 * 1024 * 1024;

const GRAM = "gram";
const basisName = (turn: number) => `basis/${turn}`;
const imageName = (turn: number, block: number) => `image/${turn}/${block}`;
const gramName = (block: number) => `${GRAM}/${block}`;

/**
 * The plan of a fit. Its model is that of the fit in one isolate for the same blocks, see `beginTruncatedSvd`. Throws `BAD_PARAMETER`,
 * `EMPTY_DATA` without interactions, and `UNSUPPORTED` where the vectors of all items do not fit a task.
 */
export function planBlockedSvd(shape: DataShape, params: AlgorithmParams, seed: number): FitPlan {
  return new BlockedSvd(shape, params, seed).plan();
}

class BlockedSvd {
  readonly #shape: DataShape;
  readonly #seed: number;
  readonly #dim: number;
  readonly #basis: BasisShape;

  constructor(shape: DataShape, params: AlgorithmParams, seed: number) {
    const { userItems } = shape;
    if (userItems.interactionCount === 0)
      throw new EngineError("EMPTY_DATA", "There are no interactions to learn from.");
    [this.#shape, this.#seed] = [shape, seed];
    this.#dim = vectorCount(params, userItems);
    this.#basis = { count: userItems.columnCount, stride: basisWidth(this.#dim, userItems) };
    this.#requireRoom();
  }

  plan(): FitPlan {
    const blocks = this.#shape.userItems.blocks.length;
    const turns = Array.from({ length: POWER_ITERATIONS }, (_, at) => at + 1);
    const loads = svdLoads(this.#shape, this.#basis);
    const stages: NamedStage<FitContext>[] = [
      {
        name: "prepare",
        load: loads.prepare,
        taskCount: blocks + 1,
        run: (task, context) => (task < blocks ? surveyBlock(context, task) : this.#draw(context)),
      },
      ...turns.flatMap((turn): NamedStage<FitContext>[] => [
        {
          name: `multiply ${turn}`,
          load: loads.multiply(turn),
          taskCount: blocks,
          run: (block, context) => this.#multiply(turn, block, context),
        },
        {
          ...{ name: `basis ${turn}`, taskCount: 1, load: loads.basis(turn) },
          run: (_task, context) => this.#orthonormalize(turn, context),
        },
      ]),
      {
        ...{ name: "products", taskCount: blocks, load: loads.products },
        run: (block, context) => this.#addProducts(block, context),
      },
      { name: "model", taskCount: 1, load: loads.model, run: (_task, context) => this.#finish(context) },
    ];
    return new StagedTasks(stages);
  }

  async #draw(context: FitContext): Promise<void> {
    const { kernels, store, breathe } = context;
    const matrix = allocBasis(kernels, this.#basis);
    try {
      await finishBreathing(drawBasis({ matrix, ...this.#basis }, this.#seed), breathe);
      await putBasis(store, basisName(0), { matrix, ...this.#basis });
    } finally {
      matrix.free();
    }
  }

  /** What the users of a block add to XᵀX · basis. */
  async #multiply(turn: number, block: number, context: FitContext): Promise<void> {
    const { kernels, store, breathe } = context;
    const rows = await this.#usersOf(block, turn === 1, context);
    const columns = await finishBreathing(transposeInSteps(rows), breathe);
    const basis = await readBasis(context, basisName(turn - 1), this.#basis);
    const image = allocBasis(kernels, this.#basis);
    try {
      const { stride } = this.#basis;
      const operands = { matrix: rowsOf(rows), transposed: rowsOf(columns), basis, stride, image };
      for (const _ of multiplyByGram(kernels, operands)) await breathe();
      await putBasis(store, imageName(turn, block), { matrix: image, ...this.#basis });
    } finally {
      basis.free();
      image.free();
    }
  }

  async #orthonormalize(turn: number, context: FitContext): Promise<void> {
    const { kernels, store, breathe } = context;
    const image = allocBasis(kernels, this.#basis);
    const spare = allocBasis(kernels, this.#basis);
    try {
      const reader = new ObjectReader(store);
      for (let block = 0; block < this.#shape.userItems.blocks.length; block++) {
        await addBasis(reader, imageName(turn, block), { matrix: image, ...this.#basis });
        await breathe();
      }
      const steps = orthonormalImage(
        kernels,
        { matrix: image, spare, ...this.#basis },
        turn === POWER_ITERATIONS,
      );
      await putBasis(store, basisName(turn), await finishBreathing(steps, breathe));
    } finally {
      image.free();
      spare.free();
    }
    // Nobody reads older ones: a late task of an earlier stage fails, and its result is there already.
    if (turn > 1) await store.delete(`image/${turn - 1}/`);
  }

  async #addProducts(block: number, context: FitContext): Promise<void> {
    const { kernels, store, breathe } = context;
    const rows = await this.#usersOf(block, false, context);
    const basis = await readBasis(context, basisName(POWER_ITERATIONS), this.#basis);
    try {
      const steps = gramOfProduct(kernels, rowsOf(rows), basis, this.#basis.stride);
      let step = steps.next();
      for (; !step.done; step = steps.next()) await breathe();
      await putSections(store, gramName(block), [{ name: GRAM, data: step.value }]);
    } finally {
      basis.free();
    }
  }

  async #finish(context: FitContext): Promise<void> {
    const { kernels, store, breathe } = context;
    const gram = new Float64Array(this.#basis.stride ** 2);
    for (let block = 0; block < this.#shape.userItems.blocks.length; block++) {
      addPiece(gram, sectionOf({ sections: await getSections(store, gramName(block)) }, GRAM, Float64Array));
    }
    const matrix = await readBasis(context, basisName(POWER_ITERATIONS), this.#basis);
    const found = await finishBreathing(
      rotateBasis(kernels, { matrix, ...this.#basis }, gram, this.#dim),
      breathe,
    ).finally(() => matrix.free());
    const own = truncatedSvdModel(kernels, found.vectors);
    const unit = await chosenUnit(store);
    const model = unit === null ? own : readableModel(own, unit);
    try {
      const sections = await finishBreathing(encodedModel(model, { isLast: true }), breathe);
      await finishBreathing(requireFiniteSections(definition.name, sections), breathe);
      await putSections(store, MODEL, sections);
    } finally {
      model.dispose();
    }
  }

  /** The rows of a block with the weights that the fit reads. The first readers find the unit, each alike; one writes it down. */
  async #usersOf(block: number, isFirst: boolean, context: FitContext) {
    const unit = isFirst ? await putUnit(context, this.#shape, block === 0) : await chosenUnit(context.store);
    return readableBlock(context, "userItems", block, unit);
  }

  #requireRoom(): void {
    const { userItems } = this.#shape;
    const { count, stride } = this.#basis;
    const basisBytes = 4 * count * stride;
    const products = userItems.blocks.map(
      ({ rowCount }) => 4 * rowCount * panelWidth(stride, rowCount, count),
    );
    const most = products.reduce((largest, bytes) => Math.max(largest, bytes), basisBytes);
    if (2 * basisBytes + most <= MOST_BYTES) return;
    const what = `${count} items with ${this.#dim} components are too many for one task`;
    throw new EngineError("UNSUPPORTED", `${what}: fewer n_components make room for them.`);
  }
}
