import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { Section } from "../../artifact/section.ts";
import { logOfWeights, unitOfWide } from "../../data/wide-weights.ts";
import { EngineError } from "../../engine-error.ts";
import type { F32Buffer } from "../../kernels/kernels.ts";
import type {
  Algorithm,
  BlockScoring,
  FitInput,
  FitTask,
  KnownUser,
  Model,
  Profile,
} from "../fit/algorithm.ts";
import { fitInputOf } from "../fit/fit-input.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";

/** In models and checkpoints of fits that read logarithms: the unit of the weights. */
const UNIT = "weights.unit";

/**
 * Lets any algorithm read wide weights, such as play counts, by their logarithms: in the fit, and in the profiles that its models score.
 * With other weights nothing changes: fits, checkpoints and stored models are the algorithm's own. A model or a checkpoint
 * without the unit was fitted on weights as they are, and goes on so.
 */
export function withReadableWeights(algorithm: Algorithm): Algorithm {
  if (algorithm.readsAnyWeights) return algorithm;
  const start = (input: FitInput, unit: number | null, begin: (readable: FitInput) => FitTask): FitTask =>
    unit === null ? begin(input) : new ReadableFit(begin(readableInput(input, unit)), unit);
  return {
    ...algorithm,
    begin: (input: FitInput, params: AlgorithmParams) =>
      start(input, unitOfWide(input.userItems.values), (readable) => algorithm.begin(readable, params)),
    resume: (input, params, checkpoint) =>
      start(input, unitIn(checkpoint), (readable) => algorithm.resume(readable, params, checkpoint)),
    decode: (sections, kernels) => {
      const unit = unitIn(sections);
      const model = algorithm.decode(sections, kernels);
      return unit === null ? model : readableModel(model, unit);
    },
  };
}

/** Null where weights are read as they are. Throws `BAD_ARTIFACT` for a unit that is none. */
function unitIn(sections: readonly Section[]): number | null {
  if (!sections.some(({ name }) => name === UNIT)) return null;
  const data = requireSection(sections, UNIT, Float64Array, 1);
  requireFinite(UNIT, data);
  const [unit = 0] = data;
  if (unit <= 0)
    throw new EngineError("BAD_ARTIFACT", `The section "${UNIT}" holds ${unit}, which is not above 0.`);
  return unit;
}

const unitSection = (unit: number): Section => ({ name: UNIT, data: Float64Array.of(unit) });

function readableInput(input: FitInput, unit: number): FitInput {
  // Not the transpose: it is made when it is first read.
  const { userItems, features, sequences, sessions, kernels, seed } = input;
  const readable = { ...userItems, values: logOfWeights(userItems.values, unit) };
  return fitInputOf({ userItems: readable, features, sequences, sessions, kernels, seed });
}

class ReadableFit implements FitTask {
  readonly #task: FitTask;
  readonly #unit: number;

  constructor(task: FitTask, unit: number) {
    this.#task = task;
    this.#unit = unit;
  }

  get done(): boolean {
    return this.#task.done;
  }

  get epoch(): number {
    return this.#task.epoch;
  }

  get progress(): number {
    return this.#task.progress;
  }

  step(): void {
    this.#task.step();
  }

  checkpoint(): Section[] {
    return [...this.#task.checkpoint(), unitSection(this.#unit)];
  }

  model(): Model {
    return readableModel(this.#task.model(), this.#unit);
  }

  dispose(): void {
    this.#task.dispose();
  }
}

/** The same model for profiles with weights as they are in the data. */
export function readableModel(model: Model, unit: number): Model {
  const readable = <Own extends Profile>(profile: Own): Own => ({
    ...profile,
    weights: logOfWeights(profile.weights, unit),
  });
  const { blocks, shortlist, contributionsInto, scoreNewItemsInto, similarWithNewItemsInto, encodeInSteps } =
    model;
  return {
    algorithm: model.algorithm,
    itemCount: model.itemCount,
    readsUserFeatures: model.readsUserFeatures === true,
    readsVectors: model.readsVectors === true,
    readsOrder: model.readsOrder === true,
    namesTouched: model.namesTouched === true,
    scoreProfileInto: (profile, out) => model.scoreProfileInto(readable(profile), out),
    scoreUserInto: (userIndex, profile, out) => model.scoreUserInto(userIndex, readable(profile), out),
    similarItemsInto: (itemIndex, out) => model.similarItemsInto(itemIndex, out),
    encode: (options) => [...model.encode(options), unitSection(unit)],
    dispose: () => model.dispose(),
    ...(blocks && { blocks: readableBlocks(blocks, readable) }),
    ...(shortlist && { shortlist: (profile) => shortlist.call(model, readable(profile)) }),
    ...(contributionsInto && {
      contributionsInto: (profile, itemIndex, out) =>
        contributionsInto.call(model, readable(profile), itemIndex, out),
    }),
    ...(scoreNewItemsInto && {
      scoreNewItemsInto: (profile, features, out) =>
        scoreNewItemsInto.call(model, readable(profile), features, out),
    }),
    ...(similarWithNewItemsInto && {
      similarWithNewItemsInto: (itemIndex, features, out) =>
        similarWithNewItemsInto.call(model, itemIndex, features, out),
    }),
    ...(encodeInSteps && {
      encodeInSteps: function* (options) {
        return [...(yield* encodeInSteps.call(model, options)), unitSection(unit)];
      },
    }),
  };
}

function readableBlocks(blocks: BlockScoring, readable: (profile: Profile) => Profile): BlockScoring {
  return {
    kernels: blocks.kernels,
    capacity: blocks.capacity,
    scoreUsersInto: (users: readonly KnownUser[], out: F32Buffer) =>
      blocks.scoreUsersInto(
        users.map(({ index, profile }) => ({ index, profile: readable(profile) })),
        out,
      ),
  };
}
