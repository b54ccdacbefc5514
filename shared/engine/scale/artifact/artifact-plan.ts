/**
 * The artifact of a model that was fitted by blocks: the usual one with histories in blocks, the same to the last byte. Tasks make its
 * sections and their hashes; `blockedArtifact` then puts them together as a stream.
 */
import {
  type DescribedSection,
  describeSection,
  encodeHeader,
  placeSections,
} from "../../artifact/encode-artifact.ts";
import {
  type ArtifactMeta,
  bytesOf,
  type Digest,
  type SectionEntry,
  type Signer,
} from "../../artifact/format.ts";
import { MODEL_KIND } from "../../artifact/kinds.ts";
import type { Section } from "../../artifact/section.ts";
import type { Breathe } from "../../data/breathe.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { dislikesOf } from "../../data/dislikes.ts";
import {
  type HistoryShape,
  historyBlockName,
  historyBlockOf,
  historyShapeFor,
  historyShapeSection,
} from "../../data/history-blocks.ts";
import { HistoryWriter } from "../../data/history-record.ts";
import type { IdMap } from "../../data/id-map.ts";
import { idMapSections } from "../../data/id-map-sections.ts";
import { ITEMS, POPULARITY } from "../../serve/model-artifact.ts";
import type { BlockedDataset } from "../blocks/blocked-matrix.ts";
import { type ObjectStore, requireObject } from "../blocks/object-store.ts";
import { getSections, putSections } from "../blocks/section-object.ts";
import type { StagedPlan } from "../plan/staged-plan.ts";
import { StagedTasks } from "../plan/staged-tasks.ts";
import { artifactStages, BLOCKS_PER_TASK } from "./artifact-load.ts";

/** What a task works with. */
export interface ArtifactContext {
  readonly data: BlockedDataset;
  readonly users: () => Promise<IdMap>;
  readonly items: () => Promise<IdMap>;
  /** The sections of the fitted model. */
  readonly modelSections: () => Promise<readonly Section[]>;
  /** Of this artifact alone. */
  readonly store: ObjectStore;
  readonly digest: Digest;
  readonly breathe: Breathe;
}

export interface BlockedArtifactOptions {
  /** Of the dataset; decides how many blocks there are. */
  readonly users: IdMap;
  /** About the size of a block of histories; see `historySectionsInSteps`. */
  readonly historyBlockBytes?: number;
  /** Blocks of histories that a task makes. */
  readonly blocksPerTask?: number;
}

/** Users whose records are written between two breaths. */
const USERS_PER_BREATH = 500;

const HEAD = "head";
const TAIL = "tail";
const rangeName = (task: number) => `histories/${task}`;
const tableName = (object: string) => `table/${object}`;

/** The plan. Each task of `histories` reads all blocks of users once. */
export function planBlockedArtifact(
  { userItems, itemUsers, disliked }: BlockedDataset,
  { users, historyBlockBytes, blocksPerTask = BLOCKS_PER_TASK }: BlockedArtifactOptions,
): StagedPlan<ArtifactContext> {
  const entryCount = userItems.interactionCount + (disliked?.interactionCount ?? 0);
  const shape = historyShapeFor(users, entryCount, historyBlockBytes);
  const ranges = Math.ceil(shape.blockCount / blocksPerTask);
  const { sections, table } = artifactStages({ userItems, itemUsers, disliked }, ranges);
  return new StagedTasks<ArtifactContext>([
    {
      ...sections,
      run: async (task, context) => {
        if (task === ranges) return await putEnds(shape, context);
        const from = task * blocksPerTask;
        const to = Math.min(shape.blockCount, from + blocksPerTask);
        await putDescribed(context, rangeName(task), await historiesOf(shape, from, to, context));
      },
    },
    {
      ...table,
      run: (_task, context) =>
        putTable([HEAD, ...Array.from({ length: ranges }, (_, task) => rangeName(task)), TAIL], context),
    },
  ]);
}

/** What comes before the histories, and after them. */
async function putEnds(shape: HistoryShape, context: ArtifactContext): Promise<void> {
  await putDescribed(context, HEAD, [...(await itemSections(context)), historyShapeSection(shape)]);
  await putDescribed(context, TAIL, await context.modelSections());
}

/** What a model says of its items, before the histories. */
export async function itemSections({
  data: { itemUsers },
  items,
}: Pick<ArtifactContext, "data" | "items">): Promise<Section[]> {
  const counts = new Float32Array(itemUsers.rowCount);
  for (const [block, { firstRow }] of itemUsers.blocks.entries()) {
    const { rowCount, indptr } = await itemUsers.read(block);
    for (let row = 0; row < rowCount; row++) {
      counts[firstRow + row] = (indptr[row + 1] as number) - (indptr[row] as number);
    }
  }
  return [...idMapSections(await items(), ITEMS), { name: POPULARITY, data: counts }];
}

/** Blocks from … to. Users come in the order of their indices, as in the artifact of one isolate. */
async function historiesOf(
  shape: HistoryShape,
  from: number,
  to: number,
  { data, users, breathe }: ArtifactContext,
): Promise<Section[]> {
  const ids = await users();
  const writers = Array.from({ length: to - from }, () => new HistoryWriter());
  for (const [block, { firstRow }] of data.userItems.blocks.entries()) {
    const matrix = await data.userItems.read(block);
    const disliked = data.disliked ? await data.disliked.read(block) : undefined;
    for (let row = 0; row < matrix.rowCount; row++) {
      if (row % USERS_PER_BREATH === 0) await breathe();
      const userId = ids.idAt(firstRow + row);
      const writer = writers[historyBlockOf(shape, userId) - from];
      writer?.add(recordOf(matrix, disliked, row, { userId, userIndex: firstRow + row }));
    }
  }
  return writers.map((writer, at) => ({ name: historyBlockName(from + at), data: writer.finish() }));
}

function recordOf(
  matrix: CsrMatrix,
  disliked: CsrMatrix | undefined,
  row: number,
  user: { readonly userId: string; readonly userIndex: number },
) {
  return { ...user, ...csrRow(matrix, row), disliked: dislikesOf(disliked, row) };
}

/** Stores sections as one object, and beside it what the header says of each. */
export async function putDescribed(
  { store, digest }: Pick<ArtifactContext, "store" | "digest">,
  name: string,
  sections: readonly Section[],
): Promise<void> {
  const described: DescribedSection[] = [];
  for (const section of sections) described.push(await describeSection(section, digest));
  await putSections(store, name, sections);
  await store.put(tableName(name), new TextEncoder().encode(JSON.stringify(described)));
}

interface ArtifactTable {
  readonly objects: readonly string[];
  readonly sections: readonly SectionEntry[];
}

/** Gives the sections of these objects their places in the artifact. @param objects Those of `putDescribed`, in the order of the artifact. */
export async function putTable(
  objects: readonly string[],
  { store }: Pick<ArtifactContext, "store">,
): Promise<void> {
  const described: DescribedSection[] = [];
  for (const name of objects) {
    described.push(...JSON.parse(new TextDecoder().decode(await requireObject(store, tableName(name)))));
  }
  const table: ArtifactTable = { objects, sections: placeSections(described) };
  await store.put("table.json", new TextEncoder().encode(JSON.stringify(table)));
}

/**
 * The artifact: how long it is, and its chunks one after another; a chunk is at most an object of the plan. Throws `BAD_DATA` before the plan
 * has ended.
 */
export async function blockedArtifact(
  store: ObjectStore,
  meta: ArtifactMeta,
  signer: Signer,
): Promise<{ readonly bytes: number; readonly chunks: AsyncGenerator<Uint8Array> }> {
  const text = new TextDecoder().decode(await requireObject(store, "table.json"));
  const { objects, sections } = JSON.parse(text) as ArtifactTable;
  const header = await encodeHeader({ kind: MODEL_KIND, meta, sections }, signer);
  const last = sections.at(-1);
  const bytes = header.length + (last ? last.offset + last.bytes : 0);
  return { bytes, chunks: chunksOf(header, { objects, sections }, store) };
}

async function* chunksOf(
  header: Uint8Array,
  { objects, sections: entries }: ArtifactTable,
  store: ObjectStore,
): AsyncGenerator<Uint8Array> {
  yield header;
  const places = new Map(entries.map((entry) => [entry.name, entry]));
  let written = 0;
  for (const object of objects) {
    for (const { name, data } of await getSections(store, object)) {
      const { offset, bytes } = places.get(name) as SectionEntry;
      if (offset > written) yield new Uint8Array(offset - written);
      if (bytes > 0) yield bytesOf(data);
      written = offset + bytes;
    }
  }
}
