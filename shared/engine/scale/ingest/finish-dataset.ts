/** The end of an ingestion: what the times say, the report, and where each section of the dataset's artifact lies. */
import type { IngestionReport } from "#contract/ingestion.ts";
import { describeSection } from "../../artifact/encode-artifact.ts";
import type { SectionEntry } from "../../artifact/format.ts";
import { type DatasetFacts, reportOf } from "../../data/build/report-dataset.ts";
import { DATASET_NAMES } from "../../data/dataset-artifact.ts";
import { describeCounts } from "../../data/describe-dataset.ts";
import { type IdMap, idMapOf } from "../../data/id-map.ts";
import { idMapSections } from "../../data/id-map-sections.ts";
import { landmarkRanks, landmarksOf } from "../../data/time-landmarks.ts";
import { valuesAt } from "./exact-values.ts";
import { type IngestWork, putJson, writtenArrays, writtenJson, writtenRange } from "./ingest-work.ts";
import { joinedRanges, summaryOf } from "./join-ranges.ts";
import { type DatasetLayout, groupsOf, layoutOf, orderNames } from "./order-ids.ts";
import { packArrays } from "./packed-arrays.ts";
import { type BlockKind, blockName, type StoredGroup, storedGroup } from "./stored-blocks.ts";

const TIMES = "times";
const SMALL = "sections";

/** What the report says of the times of the pairs. Reads them about twice. */
export async function describeTimes(work: IngestWork): Promise<void> {
  const layout = await layoutOf(work);
  const { entryCount } = layout;
  const groups = await storedGroups(work, "users", groupsOf(layout, work.sizes).users);
  const ranges = groups.flatMap(({ times }) => (times ? [times] : []));
  const known = ranges.flatMap((range) => (range.known ? [range.known] : []));
  const least = known.reduce((found, range) => Math.min(found, range.least), Number.POSITIVE_INFINITY);
  const latest = known.reduce((found, range) => Math.max(found, range.latest), Number.NEGATIVE_INFINITY);
  const earlyCount = ranges.reduce((sum, range) => sum + range.earlyCount, 0);
  const pieces = () => timesOf(work, groups);
  const ranks = landmarkRanks(entryCount);
  const quantiles = await valuesAt(pieces, ranks, { least, most: latest });
  const { reference, plausible } = landmarksOf(entryCount, latest, quantiles);
  let lateCount = 0;
  if (latest > plausible) {
    for await (const times of pieces()) {
      lateCount += times.reduce((count, time) => (time > plausible ? count + 1 : count), 0);
    }
  }
  const landmarks = entryCount === 0 ? null : { reference, latest, lateCount };
  await putJson(work.store, TIMES, { earlyCount, landmarks } satisfies DatasetFacts["times"]);
}

async function storedGroups(work: IngestWork, kind: BlockKind, count: number): Promise<StoredGroup[]> {
  const groups: StoredGroup[] = [];
  for (let group = 0; group < count; group++) groups.push(await storedGroup(work, kind, group));
  return groups;
}

async function* timesOf(work: IngestWork, groups: readonly StoredGroup[]): AsyncGenerator<Float64Array> {
  for (const [block, sections] of groups.flatMap(({ blocks }) => blocks).entries()) {
    const place = sections.find(({ name }) => name === "times");
    if (!place) continue;
    const range = { from: place.offset, to: place.offset + place.bytes };
    const bytes = await writtenRange(work.store, blockName("users", block), range);
    const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    yield new Float64Array(buffer, byteOffset, place.length);
    await work.breathe();
  }
}

/** A section of the dataset's artifact: its description, and the object with its data from `offset` on. */
export interface PlacedSection extends SectionEntry {
  readonly object: string;
}

export interface FinishedDataset {
  /** In the order of the artifact. */
  readonly sections: readonly PlacedSection[];
  readonly report: IngestionReport;
  readonly users: IdMap;
  readonly items: IdMap;
}

/** Describes the artifact, whose sections are those of `datasetSections`, and writes the report. */
export async function finishDataset(work: IngestWork): Promise<FinishedDataset> {
  const layout = await layoutOf(work);
  const [users, items] = [await idsOf(work, orderNames.users), await idsOf(work, orderNames.items)];
  const { small, ids } = await putSmall(work, layout, users.map, items.map);
  const groups = groupsOf(layout, work.sizes);
  const sections = [
    small("shape"),
    ...ids,
    ...(await matrixOf(work, "users", groups.users, small("user-rows"))),
    ...(await matrixOf(work, "items", groups.items, small("item-rows"))),
    ...(groups.disliked > 0 ? await matrixOf(work, "disliked", groups.disliked, small("disliked-rows")) : []),
  ];
  const { read } = await joinedRanges(work);
  const facts: DatasetFacts = {
    userCount: layout.userCount,
    itemCount: layout.itemCount,
    interactionCount: layout.entryCount,
    duplicateCount: layout.rowCount - layout.entryCount - layout.dislikeCount,
    description: describeCounts(users.liked.slice(), items.liked, items.map),
    times: work.columns.time == null ? null : await writtenJson(work.store, TIMES),
  };
  const report = reportOf(facts, summaryOf(work, read), work.columns);
  return { sections, report, users: users.map, items: items.map };
}

async function idsOf({ store }: IngestWork, name: string) {
  const packed = await writtenArrays(store, name);
  const map = idMapOf({
    bytes: packed.u8("bytes"),
    offsets: packed.u32("offsets"),
    table: packed.u32("table"),
  });
  return { map, liked: packed.u32("liked") };
}

/** Writes the sections that are no blocks in one object. */
async function putSmall({ store, digest }: IngestWork, layout: DatasetLayout, users: IdMap, items: IdMap) {
  const { userCount, itemCount, entryCount, userStarts, itemStarts, dislikedStarts } = layout;
  const names = DATASET_NAMES;
  const ids = [...idMapSections(users, names.users), ...idMapSections(items, names.items)];
  const own = {
    shape: { name: names.shape, data: Uint32Array.of(userCount, itemCount, entryCount) },
    "user-rows": { name: `${names.userBlocks}.rows`, data: Uint32Array.from(userStarts) },
    "item-rows": { name: `${names.itemBlocks}.rows`, data: Uint32Array.from(itemStarts) },
    "disliked-rows": { name: `${names.disliked}.rows`, data: Uint32Array.from(dislikedStarts ?? []) },
  };
  const all = [...Object.values(own), ...ids];
  const { bytes, places } = packArrays(Object.fromEntries(all.map(({ name, data }) => [name, data])));
  await store.put(SMALL, bytes);
  const placed = new Map<string, PlacedSection>();
  for (const [at, section] of all.entries()) {
    const offset = places[at] as number;
    placed.set(section.name, { ...(await describeSection(section, digest)), offset, object: SMALL });
  }
  const named = (name: string) => placed.get(name) as PlacedSection;
  return {
    small: (key: keyof typeof own) => named(own[key].name),
    ids: ids.map(({ name }) => named(name)),
  };
}

const PREFIXES: Readonly<Record<BlockKind, string>> = {
  users: DATASET_NAMES.userBlocks,
  items: DATASET_NAMES.itemBlocks,
  disliked: DATASET_NAMES.disliked,
};

async function matrixOf(
  work: IngestWork,
  kind: BlockKind,
  groups: number,
  rows: PlacedSection,
): Promise<PlacedSection[]> {
  const sections = [rows];
  const blocks = (await storedGroups(work, kind, groups)).flatMap((group) => group.blocks);
  for (const [block, entries] of blocks.entries()) {
    for (const section of entries) {
      const name = `${PREFIXES[kind]}/${block}.${section.name}`;
      sections.push({ ...section, name, object: blockName(kind, block) });
    }
  }
  return sections;
}
