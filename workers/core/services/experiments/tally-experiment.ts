/** What people did in an experiment. */
import type { TalliedEvent, TallyPlan } from "#engine/experiment/experiment-tally.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { experimentPrefix } from "#storage/keys.ts";
import type { ExperimentRow } from "../resources/experiment.ts";
import { firstShares } from "./experiments.ts";
import {
  plainEvent,
  TALLY_FORM,
  TALLY_RULES,
  type Tallied,
  type TallyDeps,
  tallyShards,
} from "./tally-shards.ts";

export function tallyExperiment(deps: TallyDeps, row: ExperimentRow): Promise<Tallied> {
  return tallyShards(deps, {
    projectId: row.projectId,
    plan: planOf(row, row.endedAt ?? deps.clock()),
    prefix: experimentPrefix(row.projectId, row.id),
    rules: rulesOf(row),
    talliedOf: (event) => talliedOf(event, row),
  });
}

export function planOf(row: ExperimentRow, to: number): TallyPlan {
  const types = new Set(row.conversionTypes);
  return {
    ...{ arms: firstShares(row).length, isInterleaved: row.kind === "interleave" },
    periods: row.periods.map(({ from }) => from),
    ...{ ...TALLY_RULES, to, converts: (type) => types.has(type) },
  };
}

/** Without the end and without later periods: what was read stays right when they come. */
function rulesOf({ kind, variants, conversionTypes, startedAt }: ExperimentRow): string {
  return JSON.stringify([TALLY_FORM, kind, variants, conversionTypes, startedAt]);
}

export function talliedOf(
  event: StoredEvent,
  row: Pick<ExperimentRow, "id" | "kind" | "variants">,
): TalliedEvent {
  const { type, metadata } = event;
  const arm = type === "impression" || type === "empty_list" ? armOf(metadata, row) : undefined;
  const ms = metadata?.ms;
  return {
    ...plainEvent(event),
    ...(arm !== undefined && { arm }),
    ...(arm !== undefined && typeof ms === "number" && { ms }),
  };
}

/** Undefined for lists of others. */
function armOf(
  metadata: StoredEvent["metadata"],
  { id, kind, variants }: Pick<ExperimentRow, "id" | "kind" | "variants">,
): number | undefined {
  if (kind === "holdout") {
    const isHeldOut = metadata?.held_out;
    return typeof isHeldOut === "boolean" ? (isHeldOut ? 0 : 1) : undefined;
  }
  if (metadata?.experiment_id !== id) return undefined;
  const arm = variants.findIndex(({ slot }) => slot === metadata.slot_id);
  return arm < 0 ? undefined : arm;
}
