/** Stores that fail like a platform: KV refuses a write, a process is killed between two calls, a write arrives late. */
import type { NamesPage, RoutingStore } from "#storage/routing-store.ts";

export class Killed extends Error {}

/** One process: it makes a given number of calls, and none after them. */
export class Process {
  #callsLeft: number;

  constructor(callsLeft: number) {
    this.#callsLeft = callsLeft;
  }

  /** Throws when the process is dead. */
  call(): void {
    if (this.#callsLeft <= 0) throw new Killed("killed");
    this.#callsLeft -= 1;
  }

  get isDead(): boolean {
    return this.#callsLeft <= 0;
  }
}

/** KV as all processes see it. */
export class FakeKv {
  readonly entries = new Map<string, string>();
  /** Writes of killed processes that are still on their way. */
  readonly #late: (() => void)[] = [];
  refuses: () => boolean = () => false;

  landLateWrites(): void {
    for (const land of this.#late.splice(0)) land();
  }

  /** The part of it that one process sees. */
  seenBy(process: Process): RoutingStore {
    const write = async (apply: () => void) => {
      process.call();
      if (this.refuses()) throw new Error("KV PUT failed: 429 Too Many Requests");
      // The last call of a process reaches KV after the process is dead.
      if (process.isDead) this.#late.push(apply);
      else apply();
      process.call();
    };
    return {
      get: async (name) => {
        process.call();
        return this.entries.get(name) ?? null;
      },
      put: (name, text) => write(() => this.entries.set(name, text)),
      delete: (name) => write(() => this.entries.delete(name)),
      list: async ({ limit, cursor }): Promise<NamesPage> => {
        const names = [...this.entries.keys()].sort().filter((name) => name > (cursor ?? ""));
        const page = names.slice(0, limit);
        const expiration = Number.MAX_SAFE_INTEGER;
        return {
          keys: page.map((name) => ({ name, expiration })),
          list_complete: page.length === names.length,
          cursor: page.at(-1) ?? "",
        };
      },
    };
  }
}

/** A database whose calls belong to one process. */
export function databaseOf(binding: D1Database, process: Process): D1Database {
  const originals = new WeakMap<object, D1PreparedStatement>();
  const counted = (statement: D1PreparedStatement): D1PreparedStatement => {
    const proxy = new Proxy(statement, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        if (name === "bind") return (...values: unknown[]) => counted(target.bind(...values));
        return async (...args: unknown[]) => {
          process.call();
          return member.apply(target, args);
        };
      },
    });
    originals.set(proxy, statement);
    return proxy;
  };
  return {
    prepare: (query: string) => counted(binding.prepare(query)),
    batch: async (statements: D1PreparedStatement[]) => {
      process.call();
      return binding.batch(statements.map((statement) => originals.get(statement) ?? statement));
    },
  } as unknown as D1Database;
}
