/** The API under test: the real app over the runtime's D1, R2 and KV, with recording fakes for the rest. */

import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import type { z } from "zod";
import { createApp } from "#api/app.ts";
import type { ApiDeps } from "#api/composition/deps.ts";
import { ownDialect } from "#api/dialect/own-dialect.ts";
import type { SessionResponse } from "#contract/auth.ts";
import { projectResponse } from "#contract/project.ts";
import { openDatabase } from "#db/database.ts";
import { account } from "#db/schema.ts";
import { METADATA_KIND } from "#engine/artifact/kinds.ts";
import { metadataOf } from "#engine/data/item-metadata.ts";
import { findMisfit } from "#engine/features/find-misfit.ts";
import { finishSteps } from "#engine/in-steps.ts";
import { createProjectMeters } from "#jobs/meter/project-meters.ts";
import type { LogFields } from "#platform/json-logger.ts";
import { systemRandomBytes } from "#platform/random.ts";
import { verdictOn } from "#recommend/serving/rule-book.ts";
import { hashPassword } from "#services/access/passwords.ts";
import { NO_QUOTAS } from "#services/access/quotas.ts";
import { NO_LIMITS } from "#services/access/rates.ts";
import { openSession } from "#services/access/sessions.ts";
import { makeTokens } from "#services/access/tokens.ts";
import { DEFAULT_RETENTION } from "#services/cron/retention.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";

/** The columns that rules are checked against. */
const RULE_COLUMNS = [{ name: "price", type: "number" }] as const;

export const SECRET = "a-secret-for-tests-of-at-least-32-characters";
export const ORIGIN = "https://edgewise.test";

const NOTHING_TAKEN = { accepted: 0, repeated: 0, refused: [] };

export interface TestApi {
  readonly deps: ApiDeps;
  /** The calls of the fakes, in order. */
  readonly calls: unknown[][];
  readonly logged: { event: string; fields: LogFields | undefined }[];
  /** Moves the clock, which is otherwise fixed. */
  advance(ms: number): void;
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export function testApi(overrides: Partial<ApiDeps> = {}): TestApi {
  const calls: unknown[][] = [];
  const logged: TestApi["logged"] = [];
  let now = Date.now();
  const record =
    (name: string) =>
    async (...args: unknown[]) => {
      calls.push([name, ...args]);
    };
  const log = (event: string, fields?: LogFields) => logged.push({ event, fields });
  const deps: ApiDeps = {
    db: openDatabase(env.DB),
    store: env.STORE,
    routing: env.ROUTING,
    jobs: {
      ingest: record("ingest"),
      tune: record("tune"),
      cancelTuning: record("cancelTuning"),
      pauseTuning: record("pauseTuning"),
      resumeTuning: record("resumeTuning"),
      train: record("train"),
      closeSockets: record("closeSockets"),
      forget: record("forget"),
      erase: record("erase"),
      trials: async () => [],
    },
    events: {
      flush: record("flushEvents"),
      forget: record("forgetEvents"),
      eraseUser: async () => ({ events: 0, properties: 0 }),
      users: async function* () {},
      mergedUsers: async function* () {},
      countUsers: async () => ({ users: 0, having: 0 }),
      hasUsers: async () => false,
      restoreUsers: async () => null,
      feedback: async function* () {},
      restoreFeedback: async () => true,
      restore: record("restoreEvents"),
      countLearnable: async () => 0,
      tail: async () => ({ events: [], hour: new Map(), day: new Map() }),
      copyRecent: record("copyRecent"),
      releaseRecent: record("releaseRecent"),
    },
    items: {
      rows: async function* () {},
      hasProperties: async () => false,
      copyTo: async () => false,
      columns: async () => [],
      restore: record("restoreItems"),
      forget: record("forgetItems"),
    },
    meters: createProjectMeters(env.METERS),
    preview: {
      forUser: async (_model, userId, { cutoff }) =>
        userId === "nobody"
          ? { ok: false, code: "UNKNOWN_USER", message: "unknown" }
          : {
              ok: true,
              value: Array.from({ length: cutoff }, (_, i) => ({ item_id: `i${i}`, score: 1 / (i + 1) })),
            },
      forItems: async (_model, _ids, { cutoff }) => ({
        ok: true,
        value: Array.from({ length: cutoff }, (_, i) => ({ item_id: `i${i}`, score: 1 })),
      }),
      replayed: async (_model, cases) => ({
        ok: true,
        value: cases.map(({ depth }) => Array.from({ length: depth }, (_, i) => `i${i}`)),
      }),
      ruled: async (_model, userId, { limit, rule }) => {
        const listOf = (begin: string) =>
          Array.from({ length: limit }, (_, i) => ({ item_id: `${begin}${i}`, score: 1 / (i + 1) }));
        return { ok: true, value: { without: listOf(userId), with: listOf(rule), warnings: [] } };
      },
      // The rule puts an item before the list of every second person.
      ruledLists: async (_model, userIds, { limit, rule }) => ({
        ok: true,
        value: userIds.map((userId, at) => {
          const without = Array.from({ length: limit }, (_, i) => `${userId}${i}`);
          return { without, with: at % 2 === 0 ? without : [rule, ...without].slice(0, limit) };
        }),
      }),
      similar: async (_model, itemId) => ({ ok: true, value: [{ item_id: `${itemId}-like`, score: 0.5 }] }),
      sample: async () => ({ ok: true, value: { user_id: "u", user_profile: [], recommendations: [] } }),
      people: async (_model, text, limit) => ({ ok: true, value: [`${text}1`, `${text}2`].slice(0, limit) }),
      drawPeople: async (_model, draws, limit) => ({
        ok: true,
        value: [...new Set(draws.map((draw) => `u${Math.floor(draw * 20)}`))].slice(0, limit),
      }),
      // Every model has a list of its own, which overlaps with the next one's; the last two people are known to the first alone.
      listsFor: async ({ artifactKey }, userIds, cutoff) => ({
        ok: true,
        value: userIds.map((userId, at) =>
          artifactKey.includes("/lesser") && at >= userIds.length - 2
            ? null
            : Array.from(
                { length: cutoff },
                (_, i) => `${userId}-${i + (artifactKey.includes("/lesser") ? 4 : 0)}`,
              ),
        ),
      }),
      history: async (_model, userId) =>
        userId === "nobody"
          ? { ok: false, code: "UNKNOWN_USER", message: "unknown" }
          : { ok: true, value: ["i1", "i2"] },
      describeItems: async (_key, ids) => ({ ok: true, value: ids.map((id) => ({ item_id: id })) }),
      searchItems: async (_key, text) => ({ ok: true, value: [{ item_id: "i1", title: text }] }),
      checkColumns: async (key, columns) => {
        const store = createArtifactStore(env.STORE, () => createArtifactKeyRing([SECRET]));
        const { sections } = await store.get(key, METADATA_KIND);
        return { ok: true, value: finishSteps(findMisfit(metadataOf(sections), columns)) };
      },
      checkRule: async (_project, rule) => ({ ok: true, value: verdictOn(rule, RULE_COLUMNS) }),
      routingChanged: record("routingChanged"),
      recentChanged: record("recentChanged"),
      titles: async () => ({ ok: true, value: [{ itemId: "i1", title: "Heat" }] }),
      userIds: async () => ({ ok: true, value: ["u1", "u2"] }),
      mixed: async ({ limit }) => ({
        ok: true,
        value: Array.from({ length: limit }, (_, at) => ({ itemId: `i${at}`, title: `Film ${at}` })),
      }),
    },
    intake: {
      events: async () => NOTHING_TAKEN,
      items: async () => NOTHING_TAKEN,
      users: async () => NOTHING_TAKEN,
    },
    connections: new Map(),
    embedsTexts: false,
    isolateFileBytes: Number.POSITIVE_INFINITY,
    openDatabase: () => {
      throw new Error("there is no database");
    },
    outbound: {
      fetch: async () => new Response("thanks"),
      resolve: async () => ["93.184.215.14"],
      webhookRules: { allowsPrivate: false },
    },
    wakeAddress: record("wakeAddress"),
    clock: () => now,
    randomBytes: systemRandomBytes,
    sleep: async () => undefined,
    secret: SECRET,
    previousSecrets: [],
    artifactKeys: () => createArtifactKeyRing([SECRET]),
    settings: {
      allowSignup: true,
      allowsPrivateWebhooks: false,
      resolver: "https://resolver.test/dns-query",
      rates: NO_LIMITS,
      quotas: NO_QUOTAS,
      retention: DEFAULT_RETENTION,
      secureCookies: true,
      allowedOrigins: [],
      airecOpen: null,
      administrator: null,
    },
    dialect: ownDialect,
    logger: { info: log, warn: log, error: log },
    openJobSocket: async (jobId, kind) => new Response(`socket ${jobId} ${kind}`),
    ...overrides,
  };
  const app = createApp(deps);
  return {
    deps,
    calls,
    logged,
    advance: (ms) => {
      now += ms;
    },
    fetch: async (path, init = {}) => app.fetch(new Request(ORIGIN + path, init)),
  };
}

export interface Person {
  readonly username: string;
  readonly password: string;
  readonly session: SessionResponse;
  /** Calls the API as this account, with a JSON body. */
  call(method: string, path: string, body?: unknown): Promise<Response>;
}

let names = 0;
export function uniqueName(stem: string): string {
  names += 1;
  return `${stem}-${names}-${Math.floor(performance.now())}`;
}

const PASSWORD = "correct horse battery";

/** Signs an account up. The first of a test file is the administrator. */
export async function signUp(api: TestApi, username = uniqueName("person")): Promise<Person> {
  const body = JSON.stringify({ username, password: PASSWORD });
  const headers = { "content-type": "application/json" };
  const response = await api.fetch("/api/v1/auth/signup/", { method: "POST", body, headers });
  if (response.status !== 201) throw new Error(`sign-up failed: ${await response.text()}`);
  const session = (await response.json()) as SessionResponse;
  return {
    username,
    password: PASSWORD,
    session,
    call: caller(api, { authorization: `Bearer ${session.access}` }),
  };
}

let passwordHash: Promise<string> | null = null;

/** Like `signUp`, without the API: hashing a password in every test would take most of the tests' time. */
export async function join(api: TestApi, username = uniqueName("person")): Promise<Person> {
  const { db, clock, randomBytes, secret } = api.deps;
  passwordHash ??= hashPassword(PASSWORD, randomBytes);
  const isFirst = sql<boolean>`(not exists (select 1 from ${account}))`;
  const [row] = await db
    .insert(account)
    .values({
      username,
      passwordHash: await passwordHash,
      isStaff: isFirst,
      isSuperuser: isFirst,
      createdAt: clock(),
    })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  const { access } = await openSession({ db, clock, randomBytes, tokens: makeTokens(secret, clock) }, row);
  const { id: pk, isStaff: is_staff, isSuperuser: is_superuser } = row;
  const shown = { pk, username, email: "", first_name: "", last_name: "", is_staff, is_superuser };
  const session = { access, refresh: "", user: shown };
  return { username, password: PASSWORD, session, call: caller(api, { authorization: `Bearer ${access}` }) };
}

export function caller(api: TestApi, headers: Record<string, string>): Person["call"] {
  return (method, path, body) =>
    api.fetch(`/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** Exact answers have fewer fields. */
const shownProject = projectResponse.partial({
  ...{ header: true, separator: true, missing_words: true },
  ...{ session_column: true, session_gap_minutes: true },
});

export async function createProject(
  person: Person,
  fields: Record<string, unknown> = {},
): Promise<z.output<typeof shownProject>> {
  const body = { name: uniqueName("project"), user_column: "user", item_column: "item", ...fields };
  return readAs(shownProject, await person.call("POST", "/project/", body), 201);
}

/** The body, checked against the contract, and the status; a wrong status shows the body in the message. */
export async function readAs<S extends z.ZodType>(
  schema: S,
  response: Response,
  status = 200,
): Promise<z.output<S>> {
  const body = await response.json();
  if (response.status !== status)
    throw new Error(`expected ${status}, got ${response.status}: ${JSON.stringify(body)}`);
  return schema.parse(body);
}

export async function bodyOf(response: Response): Promise<unknown> {
  return response.json();
}
