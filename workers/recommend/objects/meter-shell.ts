import { DurableObject } from "cloudflare:workers";
import {
  ISOLATE_GONE_MS,
  MAX_SAMPLES,
  type MeterObject,
  type MeterReport,
  type MeterSamples,
  USAGE_DAYS,
  type UsageCount,
} from "#jobs/meter/meter-object.ts";

// Without row ids: the key is the table, and a written row is one. With an index beside the table it would be two. A part of a key is
// not null, so slot 0 stands for none, and -1 for the stand-in slot, whose id is 0.
const TABLES = [
  `CREATE TABLE IF NOT EXISTS usage (day TEXT NOT NULL, key_id INTEGER NOT NULL, slot INTEGER NOT NULL,
    requests INTEGER NOT NULL, limited INTEGER NOT NULL, lists INTEGER NOT NULL, events INTEGER NOT NULL,
    PRIMARY KEY (day, key_id, slot)) WITHOUT ROWID`,
  "CREATE TABLE IF NOT EXISTS counters (id INTEGER PRIMARY KEY, samples TEXT NOT NULL)",
];
const NO_SLOT = 0;
const STAND_IN = -1;
const DAY_MS = 24 * 60 * 60_000;

interface UsageRow extends Record<string, SqlStorageValue> {
  day: string;
  key_id: number;
  slot: number;
  requests: number;
  limited: number;
  lists: number;
  events: number;
}

/**
 * The meter of a project. Counts are durable before an isolate's report is answered; gauges are in memory, since they are of isolates
 * that live now.
 */
export class ProjectMeter extends DurableObject implements MeterObject {
  #counters: Record<string, number> | null = null;
  readonly #isolates = new Map<string, { readonly gauges: MeterReport["gauges"]; readonly at: number }>();

  async report(isolate: string, { usage, counters, gauges }: MeterReport): Promise<void> {
    const now = Date.now();
    this.ctx.storage.transactionSync(() => {
      const known = this.#opened();
      for (const [name, more] of Object.entries(counters)) {
        if (!(name in known) && Object.keys(known).length >= MAX_SAMPLES) continue;
        known[name] = (known[name] ?? 0) + more;
      }
      const text = JSON.stringify(known);
      this.ctx.storage.sql.exec("INSERT OR REPLACE INTO counters (id, samples) VALUES (1, ?)", text);
      for (const count of usage.slice(0, MAX_SAMPLES)) this.#add(count);
      const oldest = new Date(now - USAGE_DAYS * DAY_MS).toISOString().slice(0, 10);
      this.ctx.storage.sql.exec("DELETE FROM usage WHERE day < ?", oldest);
    });
    this.#isolates.set(isolate, { gauges, at: now });
    await this.ctx.storage.sync();
  }

  async usage(from: string, to: string): Promise<readonly UsageCount[]> {
    if (!this.#hasTables()) return [];
    const rows = this.ctx.storage.sql.exec<UsageRow>(
      "SELECT * FROM usage WHERE day >= ? AND day <= ? ORDER BY day DESC, key_id, slot LIMIT ?",
      ...[from, to, MAX_SAMPLES],
    );
    return [...rows].map(({ key_id: keyId, slot, ...row }) => ({
      ...row,
      keyId,
      slotId: slot === NO_SLOT ? null : slot === STAND_IN ? 0 : slot,
    }));
  }

  async samples(): Promise<MeterSamples> {
    const now = Date.now();
    for (const [isolate, { at }] of this.#isolates) {
      if (now - at > ISOLATE_GONE_MS) this.#isolates.delete(isolate);
    }
    const counters = this.#hasTables() ? this.#opened() : {};
    return { counters, gauges: [...this.#isolates.values()].map(({ gauges }) => gauges) };
  }

  async forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#counters = null;
    this.#isolates.clear();
  }

  /** A project that nobody calls has none, and costs nothing. */
  #hasTables(): boolean {
    return this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'usage'").toArray().length > 0;
  }

  #opened(): Record<string, number> {
    if (this.#counters) return this.#counters;
    for (const table of TABLES) this.ctx.storage.sql.exec(table);
    const [row] = this.ctx.storage.sql.exec<{ samples: string }>("SELECT samples FROM counters").toArray();
    this.#counters = row ? (JSON.parse(row.samples) as Record<string, number>) : {};
    return this.#counters;
  }

  #add({ day, keyId, slotId, requests, limited, lists, events }: UsageCount): void {
    this.ctx.storage.sql.exec(
      `INSERT INTO usage (day, key_id, slot, requests, limited, lists, events) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (day, key_id, slot) DO UPDATE SET requests = requests + excluded.requests,
        limited = limited + excluded.limited, lists = lists + excluded.lists, events = events + excluded.events`,
      ...[day, keyId, slotId === null ? NO_SLOT : slotId === 0 ? STAND_IN : slotId],
      ...[requests, limited, lists, events],
    );
  }
}
