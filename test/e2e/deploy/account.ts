/** What the stand-in of Cloudflare keeps of one account. */
import { DatabaseSync } from "node:sqlite";

export const ACCOUNT_ID = "0123456789abcdef0123456789abcdef";
export const TOKEN = "token-of-the-stand-in";

export interface Consumer {
  consumer_id: string;
  type: string;
  script: string;
  settings: unknown;
  dead_letter_queue?: string;
}

export interface StoredQueue {
  readonly id: string;
  readonly consumers: Consumer[];
}

export interface Binding {
  readonly type: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

export interface Version {
  readonly id: string;
  readonly tag: string | null;
  readonly bindings: readonly Binding[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The main module. */
  readonly code: string;
}

export interface Script {
  versions: Version[];
  /** Id of the version that takes all requests. */
  deployed: string;
  readonly secrets: Map<string, string>;
  readonly classes: Set<string>;
  migrationTag: string | null;
  schedules: string[];
  subdomain: boolean;
  /** Paths of the static files. */
  assets: string[];
}

export interface Account {
  readonly namespaces: Map<string, string>;
  /** By name; each bucket's objects by key. */
  readonly buckets: Map<string, Map<string, string>>;
  readonly databases: Map<string, { readonly name: string; readonly sqlite: DatabaseSync }>;
  readonly queues: Map<string, StoredQueue>;
  readonly scripts: Map<string, Script>;
  /** Hashes of static files that were uploaded, as Cloudflare keeps them for a while. */
  readonly assetHashes: Set<string>;
  /** Null until the person has chosen one in the dashboard. */
  subdomain: string | null;
  readonly enabled: { r2: boolean; queues: "yes" | "not-yet" | "paid-only"; paid: boolean };
  nextId: number;
}

export function emptyAccount(): Account {
  return {
    namespaces: new Map(),
    buckets: new Map(),
    databases: new Map(),
    queues: new Map(),
    scripts: new Map(),
    assetHashes: new Set(),
    subdomain: "acme",
    enabled: { r2: true, queues: "yes", paid: true },
    nextId: 1,
  };
}

/** An id of 32 hexadecimal digits. */
export function newId(account: Account): string {
  return (account.nextId++).toString(16).padStart(32, "0");
}

export function newDatabase(): DatabaseSync {
  return new DatabaseSync(":memory:");
}

/** An existing Worker of somebody else. */
export function foreignScript(): Script {
  return {
    versions: [{ id: "foreign", tag: null, bindings: [], metadata: {}, code: "" }],
    deployed: "foreign",
    secrets: new Map(),
    classes: new Set(),
    migrationTag: null,
    schedules: [],
    subdomain: true,
    assets: [],
  };
}

/** All that a person can tell of the account, without ids of versions: equal for accounts that are alike. */
export function snapshot(account: Account) {
  const { namespaces, buckets, databases, queues, scripts } = account;
  return {
    namespaces: [...namespaces.values()].sort(),
    buckets: [...buckets.keys()].sort(),
    databases: [...databases.values()].map(({ name, sqlite }) => ({ name, tables: tablesOf(sqlite) })),
    queues: [...queues]
      .map(([name, { consumers }]) => ({
        name,
        consumers: consumers.map(({ consumer_id: _id, ...told }) => told),
      }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    scripts: Object.fromEntries([...scripts].sort().map(([name, script]) => [name, told(script)])),
  };
}

function tablesOf(sqlite: DatabaseSync): string[] {
  const rows = sqlite.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  return rows.map(({ name }) => String(name)).filter((name) => !name.startsWith("sqlite_"));
}

function told(script: Script) {
  const { bindings = [] } = script.versions.find(({ id }) => id === script.deployed) ?? {};
  return {
    bindings: [...bindings].sort((one, other) => one.name.localeCompare(other.name)),
    secrets: Object.fromEntries([...script.secrets].sort()),
    classes: [...script.classes].sort(),
    migrationTag: script.migrationTag,
    schedules: script.schedules,
    subdomain: script.subdomain,
    assets: [...script.assets].sort(),
  };
}
