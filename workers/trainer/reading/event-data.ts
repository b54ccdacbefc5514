/** Writes a project's events, after the interactions of one of its files, as one file of interactions: one JSON object a line. */
import { readInteractions } from "#engine/data/read/read-interactions.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { isLeftOut, weighEvent } from "#jobs/event-shard/weigh-event.ts";
import type { EventSnapshot, IngestionSpec } from "#jobs/ingestion-job.ts";
import { chunksOf } from "#storage/byte-source.ts";
import { listSegments } from "#storage/event-segments.ts";
import { eventsPrefix } from "#storage/keys.ts";
import { storeStream } from "#storage/store-stream.ts";
import { mergedUsers } from "#storage/user-merges.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { readOptionsOf } from "./read-options.ts";

type Deps = Pick<TrainerDeps, "store" | "files">;

const SEGMENTS_PER_PAGE = 500;
/** Lines that may wait for being stored. */
const LINES_AT_ONCE = 5_000;

const encoder = new TextEncoder();

/** The same snapshot gives the same lines. A file that is there was written by an earlier attempt, whole, and stays. */
export async function makeEventData(
  deps: Deps,
  { fileKey, projectId }: Pick<IngestionSpec, "fileKey" | "projectId">,
  snapshot: EventSnapshot,
  work: Work,
): Promise<void> {
  if ((await deps.store.head(fileKey)) !== null) return;
  const chunks = eventRows(deps, projectId, snapshot, work);
  await storeStream(deps.files, fileKey, chunks, Number.MAX_SAFE_INTEGER);
}

async function* eventRows(
  deps: Deps,
  projectId: number,
  snapshot: EventSnapshot,
  work: Work,
): AsyncGenerator<Uint8Array> {
  const userOf = await mergedUsers(deps.store, projectId, snapshot.upTo);
  for await (const lines of linesOfBase(deps, { ...snapshot, userOf }, work))
    yield encoder.encode(lines.join(""));
  let after: string | null = null;
  do {
    const page = await listSegments(deps.store, eventsPrefix(projectId), { limit: SEGMENTS_PER_PAGE, after });
    for (const { key, sealedAt } of page.segments) {
      if (sealedAt > snapshot.upTo) continue;
      const text = (await (await deps.store.get(key))?.text()) ?? "";
      yield encoder.encode(
        eventsOf(text)
          .map((event) => lineOfEvent({ ...event, user_id: userOf(event.user_id) }, snapshot))
          .join(""),
      );
      await work.breathe();
    }
    after = page.next;
  } while (after !== null);
}

/**
 * Empty for an event that does not count: its type has no weight, or it is rated lower than a like. An event with an impossible value
 * gets a text as its weight, so that the report of the file names it as a rejected row.
 */
function lineOfEvent(event: StoredEvent, snapshot: EventSnapshot): string {
  const { user_id, item_id, time, value, session_id } = event;
  const weight = weighEvent(event, snapshot);
  if (isLeftOut(weight)) return "";
  const seen = { user_id, item_id, time, ...(session_id !== undefined && { session_id }) };
  if (typeof weight === "string") return line({ ...seen, weight: `${value} ${weight}` });
  return line({ ...seen, weight: decayed(weight, time, snapshot) });
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Weights stay above zero at any age: zero is a dislike. */
const MIN_WEIGHT = 1e-30;

/** weight × 2^(−age / half-life), with the age at the moment of the snapshot. A dislike does not fade. */
export function decayed(
  weight: number,
  time: number,
  { upTo, halfLifeDays }: Pick<EventSnapshot, "upTo" | "halfLifeDays">,
): number {
  const age = upTo - time;
  if (halfLifeDays === undefined || age <= 0 || weight <= 0) return weight;
  return Math.max(MIN_WEIGHT, weight * 2 ** (-age / (halfLifeDays * DAY_MS)));
}

interface Line {
  readonly user_id: string;
  readonly item_id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** A text says what is wrong with it. */
  readonly weight: number | string;
  readonly session_id?: string;
}

function line({ time, ...rest }: Line): string {
  return `${JSON.stringify({ ...rest, time: new Date(time).toISOString() })}\n`;
}

/** The accepted rows of a file. The reader stops at a breath while lines wait, so that few are in memory. */
async function* linesOfBase(
  { store }: Deps,
  snapshot: EventSnapshot & { readonly userOf: (userId: string) => string },
  work: Work,
): AsyncGenerator<readonly string[]> {
  const { base, userOf } = snapshot;
  if (base === null) return;
  const object = await store.get(base.fileKey);
  if (object === null) return;
  const options = readOptionsOf(work, base.reading);
  const source = { name: base.fileName, bytes: chunksOf(object.body) };
  const columns = { ...base.columns, header: options.header };
  yield* pulled<string>((push, whenTaken) => {
    const breathe = async () => {
      await options.breathe();
      await whenTaken();
    };
    return readInteractions(
      source,
      columns,
      { ...options, breathe },
      (userId, item_id, weight, at, session_id) => {
        const user_id = userOf(userId);
        const time = Number.isNaN(at) ? base.at : at;
        const session = session_id !== "" && { session_id };
        push(line({ user_id, item_id, time, weight: decayed(weight, time, snapshot), ...session }));
      },
    );
  });
}

type Push<Item> = (item: Item) => void;

/** Turns a run that pushes items into a generator of lists. `whenTaken` resolves once fewer than `LINES_AT_ONCE` wait. */
async function* pulled<Item>(
  run: (push: Push<Item>, whenTaken: () => Promise<void>) => Promise<unknown>,
): AsyncGenerator<readonly Item[]> {
  let waiting: Item[] = [];
  let resume: () => void = () => undefined;
  let tell: () => void = () => undefined;
  let isOver = false;
  const whenTaken = async () => {
    if (waiting.length < LINES_AT_ONCE) return;
    const taken = new Promise<void>((done) => {
      resume = done;
    });
    tell();
    await taken;
  };
  const running = run((item) => waiting.push(item), whenTaken).finally(() => {
    isOver = true;
    tell();
  });
  // Its failure is thrown below, after the last list.
  running.catch(() => undefined);
  while (!isOver) {
    const told = new Promise<void>((done) => {
      tell = done;
    });
    if (!isOver && waiting.length < LINES_AT_ONCE) await told;
    const list = waiting;
    waiting = [];
    resume();
    if (list.length > 0) yield list;
  }
  if (waiting.length > 0) yield waiting;
  await running;
}
