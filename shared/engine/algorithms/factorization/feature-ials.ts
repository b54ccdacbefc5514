import { featureIals as definition } from "#contract/algorithms/feature-ials.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import { finishSteps } from "../../in-steps.ts";
import { createRandom, type Random } from "../../random.ts";
import { noFeatures } from "../feature-map/feature-map.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { requireInteractions, requireParams } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { chosenSection } from "./data-defaults.ts";
import { FEATURE_IALS_COST, planFeatureIalsSearch } from "./feature-ials-cost.ts";
import { decodeFeatureIalsModel, featureIalsModel } from "./feature-ials-model.ts";
import { FeatureSide, requireSide, type SideInput } from "./feature-side.ts";
import { IALS_EPOCHS } from "./ials.ts";
import { type IalsConfig, INIT_SCALE, lossOf } from "./ials-config.ts";
import { gramOf } from "./ials-model.ts";

const PROGRESS = "feature-ials.progress";
const USERS = { factors: "feature-ials.user-factors", map: "feature-ials.user-map" };
const ITEMS = { factors: "feature-ials.item-factors", map: "feature-ials.item-map" };

/** Initial factors drawn in one step: about 5 ms. */
const DRAWS_PER_STEP = 80_000;

/**
 * iALS whose factors lie near a linear map of features instead of near zero. Its loss is that of iALS with
 *
 * reg/2 [Σ_u λ_u |u − W f_u − b|² + Σ_i λ_i |v − V g_i − c|²]
 *
 * for features f of users and g of items, where λ is iALS's own. An epoch solves all users, then the map of users by ridge
 * regression, then the same for items. Users and items without interactions get what the map says of their features. Without
 * tables of features the maps are means.
 */
export const featureIals: Algorithm = {
  name: "FeatureIALS",
  epochs: IALS_EPOCHS,
  cost: FEATURE_IALS_COST,
  planSearch: planFeatureIalsSearch,
  begin: (input, params) => new FeatureIalsFit(input, params),
  resume: (input, params, checkpoint) => new FeatureIalsFit(input, params, checkpoint),
  kernelSections: [USERS.factors, ITEMS.factors],
  decode: (sections, kernels) => decodeFeatureIalsModel(sections, kernels),
  storedUserRows: noUserRows,
  readsAnyWeights: true,
};

const PHASES = ["draw", "users", "user map", "items", "item map"] as const;
type Phase = (typeof PHASES)[number];
/** Share of an epoch that is done when a phase begins; the maps are a small part. */
const DONE_AT: Readonly<Record<Phase, number>> = {
  draw: 0,
  users: 0,
  "user map": 0.5,
  items: 0.5,
  "item map": 1,
};

class FeatureIalsFit implements FitTask {
  readonly #input: FitInput;
  readonly #config: IalsConfig;
  readonly #users: FeatureSide;
  readonly #items: FeatureSide;
  readonly #random: Random;
  #phase: Phase = "draw";
  #drawn = 0;
  #epoch = 0;
  #isBetweenEpochs = false;
  #isDisposed = false;

  constructor(input: FitInput, params: AlgorithmParams, checkpoint?: readonly Section[]) {
    const { config, lambdas } = configOf(params, input.userItems, checkpoint);
    requireInteractions(input);
    const { kernels, userItems, itemUsers, features = {} } = input;
    requireSideFeatures(userItems, features);
    this.#input = input;
    this.#config = config;
    this.#random = createRandom(input.seed);
    const users: SideInput = {
      ...{ kernels, config, matrix: userItems, lambda: lambdas.user, names: USERS },
      features: features.users ?? noFeatures(userItems.rowCount),
    };
    const items: SideInput = {
      ...{ kernels, config, matrix: itemUsers, lambda: lambdas.item, names: ITEMS },
      features: features.items ?? noFeatures(userItems.columnCount),
    };
    // Read before anything is allocated, so that a bad checkpoint leaves nothing behind.
    const stored = checkpoint && {
      users: requireSide(checkpoint, users),
      items: requireSide(checkpoint, items),
    };
    const progress = checkpoint && this.#progressOf(checkpoint);
    this.#users = new FeatureSide(users, stored?.users);
    this.#items = new FeatureSide(items, stored?.items);
    if (progress) this.#resume(progress);
  }

  get done(): boolean {
    return this.#epoch === this.#config.epochs;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get progress(): number {
    const { half, factors } = this.#phase === "users" ? this.#users : this.#items;
    const isSolving = this.#phase === "users" || this.#phase === "items";
    const share = DONE_AT[this.#phase] + (isSolving ? half.nextRow / factors.count / 2 : 0);
    return Math.min(1, (this.#epoch + share) / this.#config.epochs);
  }

  step(): void {
    if (this.done) return;
    if (this.#isBetweenEpochs) {
      this.#isBetweenEpochs = false;
      this.#hideCold();
    }
    if (this.#phase === "draw") this.#draw();
    else if (this.#phase === "users") this.#solve(this.#users, this.#items, "user map");
    else if (this.#phase === "user map") this.#stepMap(this.#users, "items");
    else if (this.#phase === "items") this.#solve(this.#items, this.#users, "item map");
    else this.#stepMap(this.#items, "users");
  }

  checkpoint(): Section[] {
    const row = this.#phase === "items" ? this.#items.half.nextRow : this.#users.half.nextRow;
    return [
      chosenSection(this.#config),
      { name: PROGRESS, data: Float64Array.of(this.#epoch, PHASES.indexOf(this.#phase), row) },
      ...this.#users.checkpoint(),
      ...this.#items.checkpoint(),
    ];
  }

  model(): Model {
    if (!this.done && !this.#isBetweenEpochs) {
      throw new EngineError("UNSUPPORTED", "FeatureIALS has a model only after a whole epoch.");
    }
    const [users, items] = [this.#users, this.#items];
    this.#hideCold();
    const gram = finishSteps(gramOf(this.#input.kernels, items.factors));
    users.showCold();
    items.showCold();
    return featureIalsModel({
      ...{ kernels: this.#input.kernels, loss: this.#config, gram },
      ...{ items: items.factors.hold(), users: users.factors.hold() },
      ...{ userMap: users.map, itemMap: items.map },
    });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#users.dispose();
    this.#items.dispose();
  }

  /** Draws N(0, (0.1/√dim)²) for all items that have interactions or not, row by row; users are solved first. */
  #draw(): void {
    const { dim, stride } = this.#config;
    const { buffer, count } = this.#items.factors;
    const deviation = INIT_SCALE / Math.sqrt(dim);
    const last = Math.min(count, this.#drawn + Math.ceil(DRAWS_PER_STEP / dim));
    for (; this.#drawn < last; this.#drawn++) {
      const start = this.#drawn * stride;
      for (let k = start; k < start + dim; k++) buffer.view[k] = deviation * this.#random.normal();
    }
    if (last < count) return;
    this.#hideCold();
    this.#enter("users");
  }

  #solve(side: FeatureSide, fixed: FeatureSide, next: Phase): void {
    side.solve(fixed.factors);
    if (!side.half.done) return;
    this.#phase = next;
  }

  #stepMap(side: FeatureSide, next: "users" | "items"): void {
    if (!side.stepMap()) return;
    if (next === "users") {
      this.#epoch++;
      this.#isBetweenEpochs = true;
    }
    this.#enter(next);
  }

  #enter(phase: "users" | "items"): void {
    this.#phase = phase;
    (phase === "users" ? this.#users : this.#items).half.begin(0);
  }

  #hideCold(): void {
    this.#users.hideCold();
    this.#items.hideCold();
  }

  #progressOf(checkpoint: readonly Section[]): Progress {
    const { rowCount, columnCount } = this.#input.userItems;
    const progress = requireSection(checkpoint, PROGRESS, Float64Array, 3);
    const phase = PHASES[requireCount(progress, 1, 0, PHASES.length - 1)] as Phase;
    const most = phase === "items" ? columnCount : rowCount;
    return {
      phase,
      epoch: requireCount(progress, 0, 0, this.#config.epochs),
      row: requireCount(progress, 2, 0, most),
    };
  }

  #resume({ phase, epoch, row }: Progress): void {
    // The drawing starts again: it is a small part of a fit, and the generator's state is not kept.
    if (phase === "draw") return;
    this.#epoch = epoch;
    this.#phase = phase;
    this.#isBetweenEpochs = phase === "users" && row === 0 && epoch > 0;
    this.#hideCold();
    if (phase === "users") this.#users.half.begin(row);
    else if (phase === "items") this.#items.half.begin(row);
  }
}

interface Progress {
  readonly phase: Phase;
  readonly epoch: number;
  /** The next row to solve in this phase. */
  readonly row: number;
}

function configOf(
  raw: AlgorithmParams,
  userItems: CsrMatrix,
  checkpoint?: readonly Section[],
): {
  readonly config: IalsConfig;
  readonly lambdas: { readonly user: number; readonly item: number };
} {
  const params = requireParams(definition.name, raw);
  const config = {
    ...lossOf(params, userItems, checkpoint),
    solver: "cg",
    epochs: params.train_epochs,
  } as const;
  return { config, lambdas: { user: params.lambda_user_feature, item: params.lambda_item_feature } };
}
