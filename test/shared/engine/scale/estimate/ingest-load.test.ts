/** The loads of an ingestion are what its stages read and write. */
import { describe, expect, it } from "vitest";
import { createRandom } from "#engine/random.ts";
import { finishDataset } from "#engine/scale/ingest/finish-dataset.ts";
import { type IngestCut, ingestStages } from "#engine/scale/ingest/ingest-load.ts";
import { FIRST_INGEST_STAGES, type IngestStage, runIngestTask } from "#engine/scale/ingest/ingest-plan.ts";
import type { RangedFile } from "#engine/scale/ingest/ingest-work.ts";
import { joinedRanges } from "#engine/scale/ingest/join-ranges.ts";
import { layoutOf } from "#engine/scale/ingest/order-ids.ts";
import { surveyOf } from "#engine/scale/ingest/survey-file.ts";
import { Counts } from "../counted.ts";
import { ingestWork } from "../ingest/sharded.ts";

const COLUMNS = { user: "user", item: "item", weight: "weight", time: "time" };

function csvOf(hasTimes: boolean): string {
  const random = createRandom(3);
  const rows = Array.from({ length: 6_000 }, () => {
    const cells = [`u${random.below(400)}`, `i${random.below(50)}`, 1 + random.below(5)];
    return (hasTimes ? [...cells, 1_700_000_000 + 86_400 * random.below(300)] : cells).join(",");
  });
  return `${hasTimes ? "user,item,weight,time" : "user,item,weight"}\n${rows.join("\n")}\n`;
}

function countedFile(file: RangedFile, counts: Counts): RangedFile {
  return {
    ...file,
    read(from, to) {
      counts.reads++;
      return file.read(from, to);
    },
  };
}

describe("the loads of an ingestion", () => {
  it.each([
    { hasTimes: true, rangeBytes: 40_000 },
    { hasTimes: false, rangeBytes: 40_000 },
    { hasTimes: true, rangeBytes: 1e6 },
  ])(
    "are what its stages read and write, with times: $hasTimes, in ranges of $rangeBytes bytes",
    async ({ hasTimes, rangeBytes }) => {
      const columns = hasTimes ? COLUMNS : { ...COLUMNS, time: null };
      const sizes = {
        rangeBytes,
        partitionBytes: rangeBytes,
        fragmentRows: 800,
        blockBytes: 20_000,
        taskBlocks: 2,
      };
      const plain = ingestWork(csvOf(hasTimes), { columns, sizes });
      const counts = new Counts();
      const work = { ...plain, store: counts.ranged(plain.store), file: countedFile(plain.file, counts) };
      const counted: { name: string; taskCount: number; reads: number; writes: number }[] = [];
      const stages: IngestStage[] = [...FIRST_INGEST_STAGES];
      for (let at = 0; at < stages.length; at++) {
        const { name, taskCount } = stages[at] as IngestStage;
        for (let task = 0; task < taskCount; task++) stages.push(...(await runIngestTask(work, name, task)));
        counted.push({ name, taskCount, ...counts.take() });
      }
      await finishDataset(work);
      counted.push({ name: "finish", taskCount: 1, ...counts.take() });

      const { starts, partitionCount } = await surveyOf(plain);
      const { ranges } = await joinedRanges(plain);
      const {
        userStarts,
        itemStarts,
        entryCount,
        userCount: users,
        itemCount: items,
      } = await layoutOf(plain);
      const cut: IngestCut = {
        ...{ bytes: plain.file.size, rows: entryCount, hasTimes, users, items },
        ranges: starts.length - 1,
        fragments: ranges.reduce((sum, { fragments }) => sum + fragments.length, 0),
        partitions: partitionCount,
        taskBlocks: sizes.taskBlocks,
        ...{ userBlocks: userStarts.length - 1, itemBlocks: itemStarts.length - 1, dislikedBlocks: 0 },
      };
      expect(counted).toEqual(
        ingestStages(cut).map(({ name, taskCount, load: { reads, writes } }) => ({
          ...{ name, taskCount, reads, writes },
        })),
      );
      expect(counted.every(({ reads }) => reads > 0)).toBe(true);
    },
  );
});
