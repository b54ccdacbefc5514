/**
 * Items that are alike by what they are. Each is a sparse vector of its words, labels and places on scales, weighted by TF-IDF or
 * BM25 and by the kind of column; similarity is the cosine. A profile is the sum of its items. Scores are times what an item's popularity
 * should be by that of the items like it, as far as it follows from them, so new items have scores by the same rule. Learned from the table
 * of items; interactions give popularity alone.
 */
import { content as definition } from "#contract/algorithms/content.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { countUsers } from "../../data/count-users.ts";
import { requireSideFeatures } from "../../data/side-features.ts";
import { EngineError } from "../../engine-error.ts";
import type { Steps } from "../../in-steps.ts";
import { type Algorithm, type FitInput, type FitTask, type Model, noUserRows } from "../fit/algorithm.ts";
import { requireItemFeatures, requireParams, requireWeights } from "../fit/fit-guards.ts";
import { requireCount, requireSection } from "../fit/sections.ts";
import { type ContentConfig, contentConfigOf } from "./content-config.ts";
import { CONTENT_COST } from "./content-cost.ts";
import { ContentModel } from "./content-model.ts";
import type { ContentParts } from "./content-parts.ts";
import { decodeContentParts } from "./content-sections.ts";
import { CosineIndex } from "./cosine-index.ts";
import { learnExpectedUsers } from "./expected-users.ts";
import { learnColumns } from "./learn-columns.ts";
import { linksOf } from "./shared-keys.ts";
import { weighRows } from "./weigh-rows.ts";

const PROGRESS = "content.steps";
/** Steps of the largest table that fits; only for progress. */
const MOST_STEPS = 1e9;

export const content: Algorithm = {
  ownNewcomers: true,
  name: definition.name,
  epochs: null,
  cost: CONTENT_COST,
  planSearch: null,
  begin: (input, params) => new ContentFit(input, params),
  resume: (input, params, checkpoint) => new ContentFit(input, params, checkpoint),
  decode: (sections) => new ContentModel(decodeContentParts(sections)),
  storedUserRows: noUserRows,
};

interface Fitted {
  readonly parts: ContentParts;
  readonly index: CosineIndex;
}

class ContentFit implements FitTask {
  readonly epoch = 0;
  readonly #steps: Steps<Fitted>;
  readonly #expected: number;
  #taken = 0;
  #fitted: Fitted | null = null;

  constructor(input: FitInput, raw: AlgorithmParams, checkpoint?: readonly Section[]) {
    const config = contentConfigOf(requireParams(definition.name, raw));
    requireWeights(input.userItems);
    requireSideFeatures(input.userItems, input.features ?? {});
    const { indices } = requireItemFeatures(definition.name, input);
    this.#steps = fitSteps(input, config);
    this.#expected = 10 + Math.ceil(indices.length / 25_000);
    if (checkpoint) this.#repeat(requireSection(checkpoint, PROGRESS, Float64Array, 1));
  }

  get done(): boolean {
    return this.#fitted !== null;
  }

  get progress(): number {
    return this.done ? 1 : Math.min(0.99, this.#taken / this.#expected);
  }

  step(): void {
    if (this.done) return;
    const step = this.#steps.next();
    this.#taken++;
    if (step.done) this.#fitted = step.value;
  }

  /** A fit takes less than a second: it is repeated instead of stored. */
  checkpoint(): Section[] {
    return [{ name: PROGRESS, data: Float64Array.of(this.#taken) }];
  }

  model(): Model {
    if (this.#fitted === null) {
      throw new EngineError("UNSUPPORTED", "The fit has no model before it is done.");
    }
    return new ContentModel(this.#fitted.parts, this.#fitted.index);
  }

  dispose(): void {}

  #repeat(progress: Float64Array): void {
    const taken = requireCount(progress, 0, 0, MOST_STEPS);
    while (this.#taken < taken && !this.done) this.step();
  }
}

function* fitSteps(input: FitInput, config: ContentConfig): Steps<Fitted> {
  const { features, userItems } = input;
  const items = requireItemFeatures(definition.name, input);
  const columns = yield* learnColumns(items, config);
  const counts = countUsers(userItems);
  const { rows, weights } = yield* weighRows(items, columns, config, counts);
  const index = yield* CosineIndex.build({ rows, weights });
  const expected = yield* learnExpectedUsers({ rows, weights }, counts);
  const popularity = popularityOf(counts, config.popularity);
  const { weighting, weightPower } = config;
  const links = linksOf(features?.users, items);
  return { parts: { rows, weights, weighting, columns, weightPower, popularity, expected, links }, index };
}

/** (users / most users)^power of each item; 0 without users. */
function popularityOf(counts: ArrayLike<number>, power: number): Float32Array {
  let most = 1;
  for (let item = 0; item < counts.length; item++) most = Math.max(most, counts[item] as number);
  return Float32Array.from(counts, (count) => (count > 0 ? (count / most) ** power : 0));
}
