/**
 * Cuts a dataset into what a fit learns, in its order, and requests with the items that came next. A request knows what its user did
 * before, or in `sessions` what stands before in its session alone: an evaluation by sessions asks for visitors whom nobody knows.
 */
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import type { Dataset } from "../data/dataset.ts";
import {
  type DatasetSequences,
  keepPlaces,
  sessionSequences,
  userSequences,
} from "../data/dataset-sequences.ts";
import { matrixOf, type Queries } from "../data/queries.ts";
import type { Sequences } from "../data/sequences.ts";
import { EngineError } from "../engine-error.ts";
import { type HeldOutPart, PART } from "./held-out-part.ts";
import { keepsSeen, nextItemCount, nextItemLabels } from "./next-item-labels.ts";
import { assertSplitConfig, type SplitConfig, type SplitInput } from "./split-config.ts";

export interface NextItemParts {
  /** Users × items, with ages that count from the newest interaction of the part. */
  readonly train: CsrMatrix;
  readonly sequences: Sequences;
  /** A row for each session; absent where times are too coarse to tell sessions apart. */
  readonly sessions?: Sequences | undefined;
  readonly queries: Queries;
  /** Requests × items: what came next. */
  readonly heldout: CsrMatrix;
  /** Requests × items: what the user of each dislikes. */
  readonly disliked?: CsrMatrix | undefined;
}

type Input = SplitInput & Pick<Dataset, "sequences">;

const SECONDS_PER_DAY = 86_400;
/** A request knows at most this many interactions, the newest. */
const MOST_KNOWN = 500;

/**
 * The parts for trials (`validation`), or for the last measurement (`test`), whose fit also learns the validation part. Without seen
 * items in lists, an item that the request knows is not among those to find; a request without others is left out.
 *
 * @param mostRequests Of more requests every n-th is taken, so that they fit an isolate; all by default.
 * Throws `BAD_PARAMETER` for settings that leave a part empty.
 */
export function cutNextItems(
  dataset: Input,
  config: SplitConfig,
  part: HeldOutPart,
  mostRequests = Number.POSITIVE_INFINITY,
): NextItemParts {
  assertSplitConfig(config, dataset);
  const { sequences, disliked } = dataset;
  if (!sequences)
    throw new EngineError("BAD_DATA", `Scheme ${config.scheme} needs data with times. Read the file again.`);
  const labels = nextItemLabels(sequences, config);
  const isKept = (place: number) =>
    labels[place] === PART.train || (part === "test" && labels[place] === PART.validation);
  const kept = keepPlaces(sequences, isKept);
  const newest = 1000 * kept.seconds.reduce((most, second) => Math.max(most, second), 0);
  const log = new RequestLog(sequences, keepsSeen(config));
  const requests = requestsOf(sequences, labels, config, part);
  const found = requests.filter((request) => log.targetsOf(request).length > 0);
  const count = Math.min(found.length, mostRequests);
  for (let at = 0; at < count; at++) log.add(found[Math.floor((at * found.length) / count)] as Request);
  const { users, ...asked } = log.finish(dataset.userItems.columnCount);
  return {
    train: trainMatrix(dataset.userItems, sequences, isKept, newest / 1000),
    sequences: userSequences(kept, newest),
    sessions: sessionSequences(kept, newest) ?? undefined,
    ...asked,
    disliked: disliked && rowsOf(disliked, users),
  };
}

/** Places of one user: those that are known, in their order, and those that came next. */
interface Request {
  readonly user: number;
  readonly known: Uint32Array;
  readonly next: Uint32Array;
}

function requestsOf(
  sequences: DatasetSequences,
  labels: Uint8Array,
  config: SplitConfig,
  part: HeldOutPart,
): Request[] {
  const count = nextItemCount(config);
  const requests: Request[] = [];
  const { offsets } = sequences;
  for (let user = 0; user + 1 < offsets.length; user++) {
    const places = range(offsets[user] as number, offsets[user + 1] as number);
    const held = places.filter((place) => labels[place] === PART[part]);
    if (held.length === 0) continue;
    const first = held[0] as number;
    if (config.scheme !== "sessions") {
      requests.push({
        user,
        known: places.subarray(0, first - (places[0] as number)),
        next: held.subarray(0, count),
      });
      continue;
    }
    for (const step of stepsOf(user, held, sequences, count)) requests.push(step);
  }
  const asked = requests.filter(({ known }) => known.length > 0);
  if (asked.length > 0) return asked;
  throw new EngineError(
    "BAD_PARAMETER",
    `Nothing comes before the ${part} part of scheme ${config.scheme}: it has no request.`,
  );
}

/** Every step of every session. */
function* stepsOf(
  user: number,
  held: Uint32Array,
  { sessions }: DatasetSequences,
  count: number,
): Generator<Request> {
  const bySession = new Map<number, number[]>();
  for (const place of held) {
    const session = sessions[place] as number;
    const own = bySession.get(session);
    if (own) own.push(place);
    else bySession.set(session, [place]);
  }
  for (const own of bySession.values()) {
    const places = Uint32Array.from(own);
    for (let at = 1; at < places.length; at++)
      yield { user, known: places.subarray(0, at), next: places.subarray(at, at + count) };
  }
}

const range = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, at) => from + at);

/** Collects requests. */
class RequestLog {
  readonly #sequences: DatasetSequences;
  readonly #keepsSeen: boolean;
  readonly #requests: Request[] = [];

  constructor(sequences: DatasetSequences, keeps: boolean) {
    this.#sequences = sequences;
    this.#keepsSeen = keeps;
  }

  /** The distinct items to find, ascending. */
  targetsOf({ known, next }: Request): number[] {
    const { items } = this.#sequences;
    const targets = new Set(Array.from(next, (place) => items[place] as number));
    if (!this.#keepsSeen) for (const place of known) targets.delete(items[place] as number);
    return [...targets].sort((a, b) => a - b);
  }

  add(request: Request): void {
    this.#requests.push({ ...request, known: request.known.subarray(-MOST_KNOWN) });
  }

  finish(itemCount: number): Pick<NextItemParts, "queries" | "heldout"> & { readonly users: Uint32Array } {
    const { items, seconds } = this.#sequences;
    const requests = this.#requests;
    if (requests.length === 0)
      throw new EngineError(
        "BAD_PARAMETER",
        "Every item to find is known already: allow seen items, or hold out others.",
      );
    const offsets = endsOf(requests.map(({ known }) => known.length));
    const total = offsets[requests.length] as number;
    const known = { offsets, items: new Uint32Array(total), ages: new Float32Array(total) };
    for (const [at, { known: places, next }] of requests.entries()) {
      const now = seconds[next[0] as number] as number;
      for (const [index, place] of places.entries()) {
        const target = (offsets[at] as number) + index;
        known.items[target] = items[place] as number;
        known.ages[target] = (now - (seconds[place] as number)) / SECONDS_PER_DAY;
      }
    }
    const targets = requests.map((request) => this.targetsOf(request));
    const indices = Uint32Array.from(targets.flat());
    return {
      queries: { profiles: matrixOf(known, itemCount), known, keepsKnown: this.#keepsSeen },
      heldout: {
        ...{ rowCount: requests.length, columnCount: itemCount, indices },
        indptr: endsOf(targets.map(({ length }) => length)),
        values: new Float32Array(indices.length).fill(1),
      },
      users: Uint32Array.from(requests, ({ user }) => user),
    };
  }
}

function endsOf(lengths: readonly number[]): Uint32Array {
  const ends = new Uint32Array(lengths.length + 1);
  for (const [at, length] of lengths.entries()) ends[at + 1] = (ends[at] as number) + length;
  return ends;
}

/** A row of the matrix for each of the users, who may come more than once. */
function rowsOf(matrix: CsrMatrix, users: Uint32Array): CsrMatrix {
  const rows = Array.from(users, (user) => csrRow(matrix, user));
  const indptr = endsOf(rows.map(({ indices }) => indices.length));
  const indices = new Uint32Array(indptr[users.length] as number);
  const values = new Float32Array(indices.length);
  for (const [at, row] of rows.entries()) {
    indices.set(row.indices, indptr[at]);
    values.set(row.weights, indptr[at]);
  }
  return { rowCount: users.length, columnCount: matrix.columnCount, indptr, indices, values };
}

/**
 * The entries with a place that is kept, weighing by the share of their places that are, so that a weight tells nothing of what is held
 * out. Entries without a time stay.
 */
function trainMatrix(
  userItems: CsrMatrix,
  { offsets, items, seconds }: DatasetSequences,
  isKept: (place: number) => boolean,
  newest: number,
): CsrMatrix {
  const { rowCount, columnCount } = userItems;
  const indptr = new Uint32Array(rowCount + 1);
  const indices = new Uint32Array(userItems.indices.length);
  const values = new Float32Array(indices.length);
  const ages = new Float32Array(indices.length);
  const [all, kept, last] = [
    new Uint32Array(columnCount),
    new Uint32Array(columnCount),
    new Uint32Array(columnCount),
  ];
  let count = 0;
  for (let user = 0; user < rowCount; user++) {
    const row = csrRow(userItems, user);
    for (const item of row.indices) all[item] = kept[item] = 0;
    for (let place = offsets[user] as number; place < (offsets[user + 1] as number); place++) {
      const item = items[place] as number;
      all[item] = (all[item] as number) + 1;
      if (!isKept(place)) continue;
      kept[item] = (kept[item] as number) + 1;
      last[item] = seconds[place] as number;
    }
    for (const [at, item] of row.indices.entries()) {
      const hasTime = (all[item] as number) > 0;
      if (hasTime && kept[item] === 0) continue;
      const share = hasTime ? (kept[item] as number) / (all[item] as number) : 1;
      indices[count] = item;
      values[count] = (row.weights[at] as number) * share;
      ages[count++] = hasTime ? (newest - (last[item] as number)) / SECONDS_PER_DAY : Number.NaN;
    }
    indptr[user + 1] = count;
  }
  return {
    ...{ rowCount, columnCount, indptr, indices: indices.slice(0, count) },
    ...{ values: values.slice(0, count), ages: ages.slice(0, count) },
  };
}
