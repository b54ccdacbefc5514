/** What a job's last measurement keeps for comparisons with other jobs: means of resamples. They are shown to nobody. */
import type { Resampled } from "#engine/evaluate/bootstrap-interval.ts";

/** By what was measured; about 150 kB each. */
export type MeasuredResamples = Readonly<Partial<Record<"winner" | "popularity" | "serving", Resampled>>>;

/** Far finer than any interval: single precision has as many. */
const DIGITS = 7;

export async function writeResamples(
  store: Pick<R2Bucket, "put">,
  key: string,
  resamples: MeasuredResamples,
): Promise<void> {
  const stored = Object.entries(resamples).map(([who, { users, seed, means }]) => {
    const rounded = Object.entries(means).map(([metric, values]) => [
      metric,
      Array.from(values, (value) => Number(value.toPrecision(DIGITS))),
    ]);
    return [who, { users, seed, means: Object.fromEntries(rounded) }];
  });
  await store.put(key, JSON.stringify(Object.fromEntries(stored)));
}

/** Null where there are none: of jobs of earlier releases, and of imported ones. */
export async function readResamples(
  store: Pick<R2Bucket, "get">,
  key: string,
): Promise<MeasuredResamples | null> {
  const object = await store.get(key);
  return object && (await object.json<MeasuredResamples>());
}
