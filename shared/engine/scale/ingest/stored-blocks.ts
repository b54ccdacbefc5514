/** Blocks of the dataset as the tasks of an ingestion write them: one object each, and for each group what lies where. */
import { describeSection } from "../../artifact/encode-artifact.ts";
import type { SectionEntry } from "../../artifact/format.ts";
import { countEarly } from "../../data/build/report-dataset.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { rowsOf } from "../blocks/blocked-matrix.ts";
import { type IngestSizes, type IngestWork, putJson, writtenJson } from "./ingest-work.ts";
import { packArrays } from "./packed-arrays.ts";

/** The matrices of a dataset. */
export type BlockKind = "users" | "items" | "disliked";

/** Consecutive blocks that one task makes, as they lie in the store. */
export interface StoredGroup {
  /** For each block the sections of the dataset's artifact, without their prefix; `offset` is the place in the object. */
  readonly blocks: readonly (readonly SectionEntry[])[];
  /** Of blocks of users: where the entries of each group of blocks of items lie in their transpose. */
  readonly pieces: readonly number[];
  /** Of blocks with times. */
  readonly times: TimesRange | null;
}

export interface TimesRange {
  /** Null where no time is known. */
  readonly known: { readonly least: number; readonly latest: number } | null;
  readonly earlyCount: number;
}

export const blockName = (kind: BlockKind, block: number) => `blocks/${kind}-${block}`;
const groupName = (kind: BlockKind, group: number) => `blocks/${kind}/${group}`;

export function storedGroup(
  { store }: Pick<IngestWork, "store">,
  kind: BlockKind,
  group: number,
): Promise<StoredGroup> {
  return writtenJson(store, groupName(kind, group));
}

/** The first row of each group, and the row count. @param starts Those of the blocks. */
export function groupStarts(
  starts: readonly number[],
  { taskBlocks }: Pick<IngestSizes, "taskBlocks">,
): number[] {
  const blocks = starts.length - 1;
  return starts.filter((_, block) => block === blocks || block % taskBlocks === 0);
}

export interface GroupPlace {
  readonly kind: BlockKind;
  readonly group: number;
  /** The first row of each block of the whole matrix, and the row count. */
  readonly starts: readonly number[];
}

export interface GroupRows {
  readonly matrix: CsrMatrix;
  readonly times: Float64Array | null;
  readonly pieces: readonly number[];
}

/** Writes the rows of a group as blocks. */
export async function putGroup(
  { store, digest, sizes, breathe }: IngestWork,
  { kind, group, starts }: GroupPlace,
  { matrix, times, pieces }: GroupRows,
): Promise<void> {
  const first = group * sizes.taskBlocks;
  const end = Math.min(first + sizes.taskBlocks, starts.length - 1);
  const blocks: SectionEntry[][] = [];
  for (let block = first; block < end; block++) {
    const [from, to] = [block, block + 1].map((at) => (starts[at] as number) - (starts[first] as number));
    const { indptr, indices, values } = rowsOf(matrix, from as number, to as number);
    const own = times?.subarray(matrix.indptr[from as number], matrix.indptr[to as number]);
    const arrays = { indptr, indices, values, ...(own && { times: own }) };
    const { bytes, places } = packArrays(arrays);
    await store.put(blockName(kind, block), bytes);
    const sections: SectionEntry[] = [];
    for (const [at, [name, data]] of Object.entries(arrays).entries()) {
      const offset = places[at] as number;
      sections.push({ ...(await describeSection({ name, data }, digest)), offset });
    }
    blocks.push(sections);
    await breathe();
  }
  const stored: StoredGroup = { blocks, pieces, times: times && rangeOf(times) };
  await putJson(store, groupName(kind, group), stored);
}

function rangeOf(times: Float64Array): TimesRange {
  let [least, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    if (time < least) least = time;
    if (time > latest) latest = time;
  }
  return { known: least <= latest ? { least, latest } : null, earlyCount: countEarly(times) };
}
