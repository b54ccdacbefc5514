/** A database in memory that answers the statements of sources, and a serving Worker that keeps what it is given. */
import type { DatabaseProblem, ReadOnlyDatabase } from "#platform/postgres.ts";
import type { DescribedRow, Intake } from "#services/intake.ts";

export interface FakeRow {
  readonly id: number;
  readonly at: number;
  readonly u: string;
  readonly i: string | null;
}

const TIME_OVERLAP = 1_000;

/** The table `likes` with the columns id, at, u, i; nothing else. */
export class FakeDatabase {
  readonly rows: FakeRow[] = [];
  opened = 0;
  closed = 0;
  problem: DatabaseProblem | null = null;

  readonly open = (): ReadOnlyDatabase => {
    this.opened++;
    return {
      read: async (text, values) => {
        if (this.problem) throw this.problem;
        if (text.includes("pg_attribute")) return values[0] === '"likes"' ? COLUMNS : [];
        return this.#page(text, values as string[]);
      },
      close: async () => {
        this.closed++;
      },
    };
  };

  #page(text: string, values: readonly string[]) {
    const limit = Number(/limit (\d+)$/.exec(text)?.[1]);
    const isFirst = text.includes(`- ${TIME_OVERLAP}`);
    const places = values.map(Number);
    const known = text.includes("false as again") ? null : (places[0] ?? null);
    const after = isFirst ? null : (places.at(-2) ?? null);
    const from = isFirst ? (known ?? 0) - TIME_OVERLAP : Number.NEGATIVE_INFINITY;
    return this.rows
      .filter(({ at }) => (after === null ? at >= from : at > after))
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
      .map(({ id, at, u, i }) => ({
        ...{ key: String(id), cursor: String(at), again: known !== null && at <= known },
        ...{ user_id: u, item_id: i, time: null, value: null, type: null },
      }));
  }
}

const COLUMNS = [
  { name: "id", type: "bigint", category: "N", base: "int8", is_unique: true },
  { name: "at", type: "bigint", category: "N", base: "int8", is_unique: false },
  { name: "u", type: "text", category: "S", base: "text", is_unique: false },
  { name: "i", type: "text", category: "S", base: "text", is_unique: false },
];

export class FakeIntake implements Intake {
  readonly takenEvents = new Map<string, unknown>();
  readonly takenUsers: DescribedRow[] = [];
  readonly takenItems: DescribedRow[] = [];
  /** The next call stores its rows and then fails, as if the answer were lost. */
  losesAnswer = false;

  async events(_projectId: number, rows: readonly unknown[]) {
    const refused = [];
    let accepted = 0;
    for (const [position, row] of rows.entries()) {
      const { event_id, item_id } = row as { event_id: string; item_id: string | null };
      if (item_id === null) refused.push({ position, reason: "item_id: no text" });
      else if (!this.takenEvents.has(event_id)) accepted++;
      if (item_id !== null) this.takenEvents.set(event_id, row);
    }
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw new Error("the answer is lost");
    }
    return { accepted, repeated: rows.length - accepted - refused.length, refused };
  }

  async items(_projectId: number, rows: readonly DescribedRow[]) {
    this.takenItems.push(...rows);
    return { accepted: rows.length, repeated: 0, refused: [] };
  }

  async users(_projectId: number, rows: readonly DescribedRow[]) {
    this.takenUsers.push(...rows);
    return { accepted: rows.length, repeated: 0, refused: [] };
  }
}
