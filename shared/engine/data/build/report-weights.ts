/** What a choice of weights does to interactions: one pass, in bounded memory, whatever their number. */
import type { WeightReport } from "#contract/weight-report.ts";
import type { Breathe } from "../breathe.ts";
import type { Dataset } from "../dataset.ts";
import type { DatasetRules } from "../dataset-rules.ts";
import { NumberSummary } from "../number-summary.ts";
import { type InteractionColumns, readInteractions } from "../read/read-interactions.ts";
import type { FileSource, ReadOptions, WeighedRow } from "../read/source.ts";
import { DistinctCount, UserSample } from "../user-sample.ts";
import { BELOW_LIKES_FROM } from "../weigh-interaction.ts";

export interface WeighingOptions {
  readonly hasTimes: boolean;
  readonly rules: DatasetRules;
  /** As many rows are in memory; of more, those of a share of the users. */
  readonly maxRows: number;
}

/** A report without what its caller knows: the file, the rule, and how other files were read. */
export type WeightFigures = Omit<WeightReport, "data" | "rule" | "otherwise_weighed">;

const EXAMPLES_OF_A_KIND = 4;
const MAX_KINDS = 20;
const MAX_TYPES = 100;
const OTHER_TYPES = "(other types)";

/** Takes rows one by one, and reports on them in the end. */
export class WeightObserver {
  readonly #sample: UserSample;
  readonly #before = new NumberSummary();
  readonly #usersBefore = new DistinctCount();
  readonly #items = new DistinctCount();
  readonly #byType = new Map<string, { rows: number; weight: number }>();
  readonly #kept = new Map<string, WeightReport["examples"]>();
  readonly #notKept = new Map<string, WeightReport["examples"]>();
  #keptCount = 0;

  constructor({ hasTimes, rules, maxRows }: WeighingOptions) {
    this.#sample = new UserSample({ hasTimes, rules, maxBytes: Number.POSITIVE_INFINITY }, maxRows);
  }

  see(row: WeighedRow): void {
    const { user, item, value, outcome, timeMs } = row;
    this.#usersBefore.add(user);
    if (value !== undefined) this.#before.add(value);
    this.#noteExample(row);
    if (typeof outcome === "string") return;
    this.#keptCount++;
    this.#countType(row.type, outcome);
    this.#items.add(item);
    this.#sample.add(user, item, outcome, timeMs);
  }

  /** @param reasons Why rows were rejected, those without ids included. `rows` counts all rows. */
  async finish(
    { rows, leftOut, reasons }: { rows: number; leftOut: number; reasons: ReadonlyMap<string, number> },
    breathe: Breathe,
  ): Promise<WeightFigures> {
    const { share, builder } = this.#sample;
    const { dataset } = await builder.finish(breathe);
    const all = leftOut === 0 ? [...reasons] : [...reasons, [BELOW_LIKES_FROM, leftOut] as const];
    return {
      rows,
      kept_rows: this.#keptCount,
      left_out_rows: leftOut,
      rejected_rows: rows - this.#keptCount - leftOut,
      reasons: all
        .map(([reason, count]) => ({ reason, rows: count }))
        .sort((one, other) => other.rows - one.rows),
      users_before: this.#usersBefore.count,
      ...matrixFigures(dataset, share, this.#items.count),
      sampled_users: share === 1 ? null : share,
      before: this.#before.finish(),
      after: summaryOf(dataset.userItems.values),
      by_type: Array.from(this.#byType, ([type, sums]) => ({ type, ...sums })).sort(
        (one, other) => other.weight - one.weight,
      ),
      examples: [...this.#kept.values(), ...this.#notKept.values()].flat(),
    };
  }

  #countType(type: string | undefined, weight: number): void {
    if (type === undefined) return;
    const name = this.#byType.has(type) || this.#byType.size < MAX_TYPES ? type : OTHER_TYPES;
    const sums = this.#byType.get(name) ?? { rows: 0, weight: 0 };
    sums.rows++;
    sums.weight += weight;
    this.#byType.set(name, sums);
  }

  /** The first kept rows of each type, and the first rows of each reason. */
  #noteExample({ user, item, type, value, outcome }: WeighedRow): void {
    const isKept = typeof outcome === "number";
    const examples = isKept ? this.#kept : this.#notKept;
    const kind = isKept ? (type ?? "") : withoutCell(outcome);
    const list = examples.get(kind);
    if (list ? list.length >= EXAMPLES_OF_A_KIND : examples.size >= MAX_KINDS) return;
    const before = value === undefined || Number.isNaN(value) ? null : value;
    const [after, reason] = isKept ? [outcome, null] : [null, outcome];
    const example = { user, item, type: type ?? null, before, after, reason };
    if (list) list.push(example);
    else examples.set(kind, [example]);
  }
}

function withoutCell(reason: string): string {
  const at = reason.indexOf(" (");
  return at < 0 ? reason : reason.slice(0, at);
}

/** Reads a file as ingestion would, and reports what it makes of its numbers. Throws as `readInteractions`. */
export async function reportWeights(
  source: FileSource,
  options: ReadOptions & {
    readonly columns: InteractionColumns;
    readonly rules: DatasetRules;
    readonly maxRows: number;
  },
): Promise<WeightFigures> {
  const { columns, rules, maxRows } = options;
  const observer = new WeightObserver({ hasTimes: columns.time != null, rules, maxRows });
  const observe = (row: WeighedRow) => observer.see(row);
  const summary = await readInteractions(source, columns, { ...options, observe }, () => undefined);
  const { rowCount: rows, leftOutCount: leftOut, rejectedBy: reasons } = summary;
  return observer.finish({ rows, leftOut, reasons }, options.breathe);
}

type MatrixFigures = Pick<
  WeightReport,
  "users" | "items" | "pairs" | "dislikes" | "density" | "users_below_2_items"
>;

/** @param itemCount Of all rows; exact ones come from the dataset if it has all rows. */
function matrixFigures(dataset: Dataset, share: number, itemCount: number): MatrixFigures {
  const { userItems, disliked } = dataset;
  let few = 0;
  for (let user = 0; user < userItems.rowCount; user++) {
    const count = (userItems.indptr[user + 1] as number) - (userItems.indptr[user] as number);
    if (count < 2) few++;
  }
  const ofAll = (count: number) => Math.round(count / share);
  const items = share === 1 ? dataset.items.size : itemCount;
  const [users, pairs] = [ofAll(userItems.rowCount), ofAll(userItems.indices.length)];
  return {
    users,
    items,
    pairs,
    dislikes: ofAll(disliked?.indices.length ?? 0),
    density: items * users === 0 ? 0 : Math.min(1, pairs / (users * items)),
    users_below_2_items: userItems.rowCount === 0 ? 0 : few / userItems.rowCount,
  };
}

function summaryOf(values: Float32Array): WeightReport["after"] {
  const summary = new NumberSummary();
  for (const value of values) summary.add(value);
  return summary.finish();
}
