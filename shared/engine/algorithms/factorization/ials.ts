import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { type RowReader, TransposedRows } from "../../data/row-reader.ts";
import { EngineError } from "../../engine-error.ts";
import { createRandom, type Random } from "../../random.ts";
import { Factors, requireFactors } from "../factor-store/factors.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import type { EpochPolicy } from "../fit/epoch-policy.ts";
import { requireInteractions, requireWeights } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { chosenSection } from "./data-defaults.ts";
import { gramPiecesOf } from "./gram-pieces.ts";
import { type BasisCheckpoint, readBasis } from "./ials-basis.ts";
import {
  confidencesOf,
  confidentRows,
  type IalsConfig,
  INIT_SCALE,
  ialsConfig,
  solverOf,
} from "./ials-config.ts";
import { IALS_COST, transposesByPanels } from "./ials-cost.ts";
import { HalfEpoch } from "./ials-half-epoch.ts";
import { createIalsModel, decodeIalsModel } from "./ials-model.ts";
import { planIalsSearch } from "./ials-search.ts";

const PROGRESS = "ials.progress";
const USER_FACTORS = "ials.user-factors";
const ITEM_FACTORS = "ials.item-factors";

/** Initial factors drawn in one step: about 5 ms. */
const DRAWS_PER_STEP = 80_000;
/** Draws skipped in one step. */
const SKIPS_PER_STEP = 800_000;

const EVERY_EPOCH_UNTIL = 16;

/** Also of iALS with features. */
export const IALS_EPOCHS: EpochPolicy = {
  /** irspack tunes with 16, too few if confidence is high. */
  most: 32,
  /** 3 is irspack's own setting for tuning iALS (0.4.0); fewer if only every other epoch is measured. */
  patience: (isDear) => (isDear ? 2 : 3),
  /** Every epoch while that is cheap; every other one if measuring is expensive, or late in a fit. */
  isMeasuredAfter: (epoch, isDear) => epoch % 2 === 0 || (epoch < EVERY_EPOCH_UNTIL && !isDear),
  isPruned: true,
};

/**
 * Implicit alternating least squares, the "IALSPP" loss of Rendle et al. 2021 as irspack states it. Minimises over user factors u
 * and item factors v, for I items, U users and N interactions of a row,
 *
 * ½ Σ_seen c (u·v − 1)² + α₀/2 Σ_all (u·v)² + reg/2 [Σ_u (α₀ I + N_u)^ν |u|² + Σ_i (α₀ U + N_i)^ν |v|²]
 *
 * An epoch solves all users, then all items. It solves each row exactly, or by a few conjugate-gradient steps from its current
 * vector, or by Newton steps. There is one Newton step for each block of coordinates (iALS++, Rendle et al. 2021).
 */
export const ials: Algorithm = {
  name: "IALS",
  epochs: IALS_EPOCHS,
  cost: IALS_COST,
  planSearch: planIalsSearch,
  begin: (input, params) => new IalsFit(input, params),
  resume: (input, params, checkpoint) => new IalsFit(input, params, checkpoint),
  kernelSections: [USER_FACTORS, ITEM_FACTORS],
  decode: (sections, kernels) => decodeIalsModel(sections, kernels),
  storedUserRows: noUserRows,
  readsAnyWeights: true,
};

/**
 * A fit that sums the Gram matrices of blocks of at most `mostBytes`, as the fit by blocks of that size does: both have the same factors
 * to the last bit.
 */
export function beginIals(input: FitInput, params: AlgorithmParams, mostBytes: number): FitTask {
  return new IalsFit(input, params, undefined, mostBytes);
}

interface Workspace {
  readonly users: Factors;
  readonly items: Factors;
  readonly userHalf: HalfEpoch;
  readonly itemHalf: HalfEpoch;
}

/** The position of a fit. A phase begins with its Gram matrix, which is not kept: resuming computes the same one again. */
type Phase = "draw" | "users" | "items";
const PHASES: readonly Phase[] = ["draw", "users", "items"];

class IalsFit implements FitTask {
  readonly #input: FitInput;
  readonly #config: IalsConfig;
  readonly #workspace: Workspace;
  readonly #random: Random;
  #phase: Phase = "draw";
  #drawn = 0;
  #epoch = 0;
  #isBetweenEpochs = false;
  #isDisposed = false;

  constructor(input: FitInput, params: AlgorithmParams, checkpoint?: readonly Section[], mostBytes?: number) {
    this.#config = ialsConfig(params, input.userItems, checkpoint);
    this.#input = input;
    this.#random = createRandom(input.seed);
    const { kernels, userItems } = input;
    const [userRows, itemRows] = rowsOfSides(input, this.#config);
    // Read before anything is allocated, so that a bad checkpoint leaves nothing behind.
    const resumed = checkpoint ? readCheckpoint(checkpoint, input, this.#config) : null;
    const { dim, stride } = this.#config;
    const factorsOf = (count: number, section?: Section) =>
      section
        ? Factors.resumed(kernels, section, { count, dim, stride })
        : new Factors(kernels, count, dim, stride);
    this.#workspace = {
      users: factorsOf(userItems.rowCount, resumed?.userFactors),
      items: factorsOf(userItems.columnCount, resumed?.itemFactors),
      userHalf: this.#halfOf(userRows, itemRows, mostBytes),
      itemHalf: this.#halfOf(itemRows, userRows, mostBytes),
    };
    if (resumed) this.#resume(resumed);
  }

  #halfOf(rows: RowReader, fixedRows: RowReader, mostBytes?: number): HalfEpoch {
    const config = this.#config;
    const entryCount = rows.indptr[rows.rowCount] as number;
    const pieces = gramPiecesOf(fixedRows.indptr, config.stride, mostBytes);
    return new HalfEpoch(
      this.#input.kernels,
      config,
      solverOf(config, { ...rows, entryCount }),
      rows,
      pieces,
    );
  }

  get done(): boolean {
    return this.#epoch === this.#config.epochs;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get progress(): number {
    const { users, items, userHalf, itemHalf } = this.#workspace;
    let solved = 0;
    if (this.#phase === "users") solved = userHalf.nextRow;
    else if (this.#phase === "items") solved = users.count + itemHalf.nextRow;
    const share = solved / (users.count + items.count);
    return (this.#epoch + share) / this.#config.epochs;
  }

  step(): void {
    if (this.done) return;
    this.#isBetweenEpochs = false;
    if (this.#phase === "draw") this.#draw();
    else if (this.#phase === "users") this.#stepUsers();
    else this.#stepItems();
  }

  checkpoint(): Section[] {
    const { users, items, userHalf, itemHalf } = this.#workspace;
    const row = this.#phase === "items" ? itemHalf.nextRow : userHalf.nextRow;
    const progress = Float64Array.of(this.#epoch, PHASES.indexOf(this.#phase), row);
    return [
      { name: PROGRESS, data: progress },
      chosenSection(this.#config),
      { name: USER_FACTORS, data: users.state },
      { name: ITEM_FACTORS, data: items.state },
      ...(this.#phase === "items" ? itemHalf : userHalf).checkpoint(),
    ];
  }

  model(): Model {
    if (!this.done && !this.#isBetweenEpochs) {
      throw new EngineError("UNSUPPORTED", "iALS has a model only after a whole epoch.");
    }
    const { users, items } = this.#workspace;
    return createIalsModel(this.#input.kernels, this.#config, items.hold(), users.hold());
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const { users, items, userHalf, itemHalf } = this.#workspace;
    users.release();
    items.release();
    userHalf.free();
    itemHalf.free();
  }

  /**
   * Draws N(0, (0.1/√dim)²) for all items, row by row. Users are solved first, from zero. Their draws are skipped, so an
   * exact fit of a seed is the same as when they were drawn.
   */
  #draw(): void {
    const { dim, stride } = this.#config;
    const { users, items } = this.#workspace;
    if (this.#drawn < users.count) {
      const skipped = Math.min(users.count - this.#drawn, Math.ceil(SKIPS_PER_STEP / dim));
      this.#random.skipNormals(skipped * dim);
      this.#drawn += skipped;
      return;
    }
    const deviation = INIT_SCALE / Math.sqrt(dim);
    const first = this.#drawn - users.count;
    const last = Math.min(items.count, first + Math.ceil(DRAWS_PER_STEP / dim));
    const factors = items.buffer.view;
    for (let row = first; row < last; row++) {
      const start = row * stride;
      for (let k = start; k < start + dim; k++) factors[k] = deviation * this.#random.normal();
    }
    this.#drawn = users.count + last;
    if (last === items.count) this.#enter("users", 0);
  }

  #stepUsers(): void {
    const { users, items, userHalf } = this.#workspace;
    userHalf.step(items, users);
    if (userHalf.done) this.#enter("items", 0);
  }

  #stepItems(): void {
    const { users, items, itemHalf } = this.#workspace;
    itemHalf.step(users, items);
    if (!itemHalf.done) return;
    this.#epoch++;
    this.#isBetweenEpochs = true;
    this.#enter("users", 0);
  }

  #enter(phase: Phase, row: number): void {
    this.#phase = phase;
    if (phase === "users") this.#workspace.userHalf.begin(row);
    else if (phase === "items") this.#workspace.itemHalf.begin(row);
  }

  #resume({ phase, epoch, row, basis }: Checkpoint): void {
    // The drawing starts again: it is a small part of a fit and the generator's state is not kept.
    if (phase === "draw") return;
    this.#epoch = epoch;
    this.#isBetweenEpochs = phase === "users" && row === 0 && epoch > 0 && basis === null;
    this.#phase = phase;
    const { users, items, userHalf, itemHalf } = this.#workspace;
    if (phase === "users") userHalf.resume(row, basis, items);
    else itemHalf.resume(row, basis, users);
  }
}

/** Users' and items' interactions with confidences. Large factors leave no room for a whole transpose, which takes little of their time. */
function rowsOfSides(input: FitInput, config: IalsConfig): readonly [RowReader, RowReader] {
  const { userItems } = input;
  const users = confidentRows(config, userItems);
  const shape = { users: userItems.rowCount, items: userItems.columnCount };
  if (transposesByPanels(shape, config.dim)) {
    requireWeights(userItems);
    return [users, new TransposedRows(userItems, (weights) => confidencesOf(config, weights))];
  }
  requireInteractions(input);
  return [users, confidentRows(config, input.itemUsers)];
}

interface Checkpoint {
  readonly phase: Phase;
  readonly epoch: number;
  /** The next row to solve in this phase. */
  readonly row: number;
  readonly userFactors: Section;
  readonly itemFactors: Section;
  readonly basis: BasisCheckpoint | null;
}

function readCheckpoint(
  sections: readonly Section[],
  { userItems }: FitInput,
  { dim, stride, epochs }: IalsConfig,
): Checkpoint {
  const { rowCount, columnCount } = userItems;
  const progress = requireSection(sections, PROGRESS, Float64Array, 3);
  const userFactors = requireFactors(sections, USER_FACTORS, { count: rowCount, dim, stride });
  const itemFactors = requireFactors(sections, ITEM_FACTORS, { count: columnCount, dim, stride });
  const phase = PHASES[requireCount(progress, 1, 0, PHASES.length - 1)] as Phase;
  const epoch = requireCount(progress, 0, 0, epochs);
  const row = requireCount(progress, 2, 0, phase === "items" ? columnCount : rowCount);
  return { phase, epoch, row, userFactors, itemFactors, basis: readBasis(sections, stride) };
}
