/** Which item of the dataset each item of a partition is. The numbers of all partitions lie in one object, so that a task reads many at once. */
import { type IngestWork, writtenRange } from "./ingest-work.ts";

const NAME = "order/items-of";
/** Bytes that are read at once. */
export const RUN_BYTES = 4 * 2 ** 20;

/** @param itemsOf The index in the dataset of each item of each partition. Returns where the numbers of each partition end. */
export async function putItemsOf(
  { store }: Pick<IngestWork, "store">,
  itemsOf: readonly Uint32Array[],
): Promise<number[]> {
  const ends: number[] = [];
  for (const items of itemsOf) ends.push((ends.at(-1) ?? 0) + items.length);
  const all = new Uint32Array(ends.at(-1) ?? 0);
  for (const [partition, items] of itemsOf.entries()) all.set(items, ends[partition - 1] ?? 0);
  await store.put(NAME, new Uint8Array(all.buffer));
  return ends;
}

/** The partition after the run that begins with one. */
function endOfRun(ends: readonly number[], first: number): number {
  const most = (ends[first - 1] ?? 0) + RUN_BYTES / Uint32Array.BYTES_PER_ELEMENT;
  let end = first + 1;
  while (end < ends.length && (ends[end] as number) <= most) end++;
  return end;
}

/** Reads the numbers of partitions in ascending order. */
export class ItemsOfPartitions {
  readonly #store: IngestWork["store"];
  readonly #ends: readonly number[];
  #run = { first: 0, end: 0, items: new Uint32Array() };

  /** @param ends What `putItemsOf` returned. */
  constructor({ store }: Pick<IngestWork, "store">, ends: readonly number[]) {
    this.#store = store;
    this.#ends = ends;
  }

  async read(partition: number): Promise<Uint32Array> {
    while (partition >= this.#run.end) {
      const first = this.#run.end;
      const end = endOfRun(this.#ends, first);
      if (partition < end) await this.#load(first, end);
      else this.#run = { ...this.#run, first, end };
    }
    const before = this.#ends[this.#run.first - 1] ?? 0;
    const [from, to] = [this.#ends[partition - 1] ?? 0, this.#ends[partition] as number];
    return this.#run.items.subarray(from - before, to - before);
  }

  async #load(first: number, end: number): Promise<void> {
    const width = Uint32Array.BYTES_PER_ELEMENT;
    const [from, to] = [(this.#ends[first - 1] ?? 0) * width, (this.#ends[end - 1] as number) * width];
    const bytes = await writtenRange(this.#store, NAME, { from, to });
    this.#run = { first, end, items: new Uint32Array(bytes.slice().buffer) };
  }
}
