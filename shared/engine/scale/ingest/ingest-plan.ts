/**
 * Ingestion past one isolate: stages of tasks. The tasks of a stage need nothing of each other, and a task that runs twice writes the same bytes
 * twice.
 *
 * survey: cuts the file (1 task)
 * map: parses a range and writes its rows by partition (a task for each range)
 * join: checks the cuts, adds up the report, refuses a useless file (1)
 * reduce: merges the rows of a partition's users (a task for each partition)
 * order: gives ids their indices and cuts blocks (1)
 * blocks: makes some blocks of users, or of dislikes (a task for each group of blocks)
 * items: makes some blocks of items (a task for each group), or describes the times (1)
 *
 * `finishDataset` then says where the sections of the dataset lie.
 */

import { describeTimes } from "./finish-dataset.ts";
import type { IngestWork } from "./ingest-work.ts";
import { joinRanges } from "./join-ranges.ts";
import { makeDislikedBlocks, makeItemBlocks, makeUserBlocks } from "./make-blocks.ts";
import { mapRange } from "./map-range.ts";
import { type DatasetLayout, groupsOf, layoutOf, orderIds } from "./order-ids.ts";
import { reducePartition } from "./reduce-partition.ts";
import { type FileSurvey, surveyFile, surveyOf } from "./survey-file.ts";

export interface IngestStage {
  readonly name: "survey" | "map" | "join" | "reduce" | "order" | "blocks" | "items";
  readonly taskCount: number;
}

/** The stage that every ingestion begins with. */
export const FIRST_INGEST_STAGES: readonly IngestStage[] = [{ name: "survey", taskCount: 1 }];

/**
 * Runs one task. Throws what reading the file in one go throws.
 *
 * @returns The stages that follow, where the task decides that; they are known after `survey`, and more of them after `order`.
 */
export async function runIngestTask(
  work: IngestWork,
  stage: IngestStage["name"],
  task: number,
): Promise<readonly IngestStage[]> {
  switch (stage) {
    case "survey":
      return afterSurvey(await surveyFile(work));
    case "map":
      await mapTask(work, task);
      return [];
    case "join":
      await joinRanges(work);
      return [];
    case "reduce":
      await reducePartition(work, task);
      return [];
    case "order":
      return afterOrder(work, await orderIds(work));
    case "blocks":
      await blockTask(work, task);
      return [];
    default:
      await itemTask(work, task);
      return [];
  }
}

/** Runs all tasks one after another. */
export async function runIngest(work: IngestWork): Promise<void> {
  const stages: IngestStage[] = [...FIRST_INGEST_STAGES];
  for (let at = 0; at < stages.length; at++) {
    const { name, taskCount } = stages[at] as IngestStage;
    for (let task = 0; task < taskCount; task++) stages.push(...(await runIngestTask(work, name, task)));
  }
}

function afterSurvey({ starts, partitionCount }: FileSurvey): IngestStage[] {
  return [
    { name: "map", taskCount: starts.length - 1 },
    { name: "join", taskCount: 1 },
    { name: "reduce", taskCount: partitionCount },
    { name: "order", taskCount: 1 },
  ];
}

function afterOrder({ columns, sizes }: IngestWork, layout: DatasetLayout): IngestStage[] {
  const { users, items, disliked } = groupsOf(layout, sizes);
  return [
    { name: "blocks", taskCount: users + disliked },
    { name: "items", taskCount: items + (columns.time == null ? 0 : 1) },
  ];
}

async function mapTask(work: IngestWork, task: number): Promise<void> {
  const survey = await surveyOf(work);
  const [from, to] = [survey.starts[task] as number, survey.starts[task + 1] as number];
  await mapRange(work, { from, to }, survey);
}

async function blockTask(work: IngestWork, task: number): Promise<void> {
  const { users } = groupsOf(await layoutOf(work), work.sizes);
  if (task < users) await makeUserBlocks(work, task);
  else await makeDislikedBlocks(work, task - users);
}

async function itemTask(work: IngestWork, task: number): Promise<void> {
  const { items } = groupsOf(await layoutOf(work), work.sizes);
  if (task < items) await makeItemBlocks(work, task);
  else await describeTimes(work);
}
