/**
 * A blend by blocks: its parts are fitted side by side, a stage of each in a stage of the plan, and one task joins what they leave. The
 * weights are given, as a study of a sample finds them. The model is that of one isolate wherever those of the parts are.
 */
import { type AlgorithmName, type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { FitPart } from "../../algorithms/blend/blend-parts.ts";
import { nestComponents, type StoredComponent } from "../../algorithms/blend/blend-sections.ts";
import { type BlendRecipe, blendRecipe } from "../../algorithms/blend/part-by-part.ts";
import { quantizeItemFactors } from "../../algorithms/factor-store/stored-factors.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import { EngineError } from "../../engine-error.ts";
import { objectsWithin } from "../blocks/object-store.ts";
import { putSections } from "../blocks/section-object.ts";
import { type DataShape, type FitContext, type FitPlan, fittedSections, MODEL } from "../fit/fit-context.ts";
import { sideBySide, stagesWithin } from "../plan/side-by-side.ts";
import { loadOf, type StageLoad } from "../plan/stage-load.ts";
import { type NamedStage, StagedTasks } from "../plan/staged-tasks.ts";

/** Stored parts that the last task holds, twice while it writes them. */
const MOST_STORED_BYTES = 44 * 1024 * 1024;

/** Plans the fit of a part. */
type PlanPart = (algorithm: AlgorithmName, params: AlgorithmParams) => FitPlan;

/**
 * The plan. Throws `BAD_PARAMETER` for parameters that `Blend` does not take and for fewer than two parts, `UNSUPPORTED` for parts that are
 * too large together, and what the plans of the parts throw.
 */
export function planBlockedBlend(shape: DataShape, raw: AlgorithmParams, planPart: PlanPart): FitPlan {
  const recipe = blendRecipe(algorithmOf, raw);
  requireRoom(shape, recipe);
  const lanes = recipe.parts.map((part) => {
    const plan = planPart(part.name, part.params);
    const stages = stagesWithin(plan, (context: FitContext) => within(context, part));
    return { name: part.name, stages };
  });
  const join: NamedStage<FitContext> = {
    name: "blend",
    taskCount: 1,
    load: joinLoad(storedBytes(shape, recipe), recipe.parts.length),
    run: (_task, context) => joinParts(shape, recipe, context),
  };
  return new StagedTasks([...sideBySide(lanes), join]);
}

/** Each part has objects of its own. */
function within(context: FitContext, { name }: FitPart): FitContext {
  return { ...context, store: objectsWithin(context.store, `parts/${name}`) };
}

async function joinParts(
  { itemUsers }: DataShape,
  { parts, isQuantized }: BlendRecipe,
  context: FitContext,
): Promise<void> {
  const components: StoredComponent[] = [];
  for (const part of parts) {
    const { name, weights, lengthPower } = part;
    const own = await fittedSections(within(context, part).store);
    const sections = isQuantized ? quantizeItemFactors(own, itemUsers.rowCount) : own;
    components.push({ name, weights, lengthPower, sections });
    await context.breathe();
  }
  // Data by blocks have no features, so nothing is known of newcomers.
  await putSections(context.store, MODEL, nestComponents(components, null));
}

/** The parts are read, and written together. */
function joinLoad(bytes: number, partCount: number): StageLoad {
  return loadOf(1, { reads: partCount, writes: 1, readBytes: bytes, writtenBytes: bytes });
}

/** Of the parts together. */
function storedBytes({ userItems }: DataShape, { parts, isQuantized }: BlendRecipe): number {
  const { rowCount: users, columnCount: items, interactionCount: interactions } = userItems;
  return parts.reduce((sum, { name, params }) => {
    return sum + algorithmOf(name).cost.storedBytes({ users, items, interactions }, params, isQuantized);
  }, 0);
}

function requireRoom(shape: DataShape, recipe: BlendRecipe): void {
  const bytes = storedBytes(shape, recipe);
  if (bytes <= MOST_STORED_BYTES) return;
  const mb = (size: number) => `${Math.ceil(size / 1e6)} MB`;
  const what = `The parts of this ${BLEND} take about ${mb(bytes)}, and one task holds ${mb(MOST_STORED_BYTES)}`;
  const how = "fewer components or neighbours, or int8_factors, make them smaller";
  throw new EngineError("UNSUPPORTED", `${what}: ${how}.`);
}
