/** A PostgreSQL source through a stack that is killed. `test/bench/postgres-source.ts` does it with a million rows. */
import { expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { SessionResponse } from "#contract/auth.ts";
import type { RecommendationsResponse } from "#contract/inference.ts";
import type { PostgresSourceResponse } from "#contract/postgres-source.ts";
import type { ProjectResponse } from "#contract/project.ts";
import { postgresPrograms, startPostgres, type TestPostgres } from "../setup/postgres.ts";
import { removeState, startTestStack } from "../setup/stack.ts";
import { runPostgres } from "./postgres-run.ts";

const TEST_TIMEOUT_MS = 300_000;
const programs = postgresPrograms();

it.skipIf(programs === null)(
  "reads each row of a growing table once, whatever kills the stack",
  async () => {
    const result = await runPostgres({
      ...{ programs: programs as string, rows: 30_000, added: 12_000, rounds: 1, kills: 1 },
      pause: async () => undefined,
      say: () => undefined,
    });
    const { rows, pairs } = result;
    expect(rows).toBe(42_000);
    expect(result).toMatchObject({ readRows: rows, readPairs: pairs, counted: rows });
  },
  TEST_TIMEOUT_MS,
);

it.skipIf(programs === null)(
  "reads the tables of the K-pop service by their preset",
  async () => {
    const database = await startPostgres(programs as string);
    const administrator = { username: "operator", password: "operator-password-of-a-test" };
    const stack = await startTestStack({
      settings: {
        EDGEWISE_POSTGRES_URL: database.address,
        EDGEWISE_ADMIN_USERNAME: administrator.username,
        EDGEWISE_ADMIN_PASSWORD: administrator.password,
      },
    });
    const call = async <T>(path: string, headers: Record<string, string>, body?: object): Promise<T> => {
      const response = await fetch(`${stack.url}/${path}`, {
        headers: { "Content-Type": "application/json", ...headers },
        ...(body && { method: "POST", body: JSON.stringify(body) }),
      });
      return (await response.json()) as T;
    };
    try {
      await makeKpopTables(database);
      const { access } = await call<SessionResponse>("api/v1/auth/login/", {}, administrator);
      const session = { Authorization: `Bearer ${access}` };
      const columns = { name: "posts", user_column: "userId", item_column: "postId" };
      const { id: project } = await call<ProjectResponse>("api/v1/project/", session, columns);
      const source = await call<PostgresSourceResponse>("api/v1/postgres_source/", session, {
        ...{ project, name: "kpop", preset: "kpop", every_minutes: 5 },
      });
      const read = () =>
        call<PostgresSourceResponse>(`api/v1/postgres_source/${source.id}/read/`, session, {});
      // The user with a follow is written for the row, and for the follow.
      expect((await read()).counts).toMatchObject({ events: 4, items: 2, users: 3, rejected: 0 });
      const scopes = ["read", "items", "predict"];
      const { key } = await call<ApiKeyCreatedResponse>("api/v1/api_keys/", session, {
        project,
        name: "k",
        scopes,
      });
      const described = async (path: string) =>
        (await call<{ properties: Record<string, unknown> }>(path, { "X-API-Key": key })).properties;
      const [post, fan] = [POSTS[0], FANS[0]];
      expect(await described(`v1/items/${post}`)).toMatchObject({ tags: ["dance", "live"], like_count: 1 });
      expect(await described(`v1/users/${fan}`)).toEqual({ role: "FAN", communities: [COMMUNITIES[0]] });
      // Without a model, and without the post that the fan has seen.
      const page = await waitFor(
        () => call<RecommendationsResponse>(`kpop/recommendations/${fan}`, { "X-API-Key": key }),
        ({ recommendations }) => recommendations?.length > 0,
      );
      expect(page).toMatchObject({
        recommendations: [
          { post_id: POSTS[1], metadata: { communityId: COMMUNITIES[0], tags: ["dance", "live"] } },
        ],
        ...{ pagination: { total: 1, has_more: false }, strategy: "cold_start" },
      });
      // All tags of its communities, of now, and as much liked as any.
      expect(page.recommendations[0]?.score).toBeCloseTo(1, 3);
      await readBeyondWrongTimes(call, session, database);
      // A new follow changes no row of the user.
      await follow(database, 3, COMMUNITIES[1] as string);
      await read();
      expect((await described(`v1/users/${fan}`)).communities).toEqual(COMMUNITIES);
    } finally {
      await stack.stop();
      removeState(stack.stateDir);
      await database.stop();
    }
  },
  TEST_TIMEOUT_MS,
);

type Call = <T>(path: string, headers: Record<string, string>, body?: object) => Promise<T>;

/** A row at no time is refused by name, those of the future wait, and neither keeps rows that come later from being read. */
async function readBeyondWrongTimes(call: Call, session: Record<string, string>, { sql }: TestPostgres) {
  await sql`create table visit (id int primary key, u text, i text, at timestamptz)`;
  await sql`insert into visit values (1, 'a', 'x', now() - interval '1 hour'), (2, 'a', 'y', '-infinity'),
    (3, 'b', 'x', 'infinity'), (4, 'b', 'y', '4000-01-01')`;
  const project = { name: "visits", user_column: "u", item_column: "i" };
  const { id } = await call<ProjectResponse>("api/v1/project/", session, project);
  const columns = { key_column: "id", user_column: "u", item_column: "i", cursor_column: "at" };
  const source = await call<PostgresSourceResponse>("api/v1/postgres_source/", session, {
    ...{ project: id, name: "visits", connection: "default" },
    interactions: [{ table: "visit", ...columns, event_type: "view" }],
  });
  const read = () => call<PostgresSourceResponse>(`api/v1/postgres_source/${source.id}/read/`, session, {});
  const first = await read();
  expect(first).toMatchObject({ status: "IDLE", counts: { events: 1, rejected: 1 } });
  expect(first.rejected).toMatchObject([{ table: "visit", key: "2" }]);
  await sql`insert into visit values (5, 'c', 'x', now())`;
  expect((await read()).counts).toMatchObject({ events: 2, rejected: 1 });
}

const idOf = (kind: number, number: number) =>
  `00000000-0000-4000-800${kind}-${String(number).padStart(12, "0")}`;
const COMMUNITIES = [idOf(1, 1), idOf(1, 2)];
const FANS = [idOf(2, 1), idOf(2, 2)];
const POSTS = [idOf(3, 1), idOf(3, 2)];

/** The columns that the preset reads, of the tables that the service has. */
async function makeKpopTables(database: TestPostgres): Promise<void> {
  const { sql } = database;
  await sql.unsafe(`
    create table "user" (id uuid primary key, role text, "updatedAt" timestamptz);
    create table community_follower (id uuid primary key, "isActive" bool, "updatedAt" timestamptz, "userId" uuid, "communityId" uuid);
    create table post (id uuid primary key, metadata jsonb, "authorId" uuid, "communityId" uuid, view_count int, like_count int,
      comment_count int, "createdAt" timestamptz, "updatedAt" timestamptz);
    create table post_view (id uuid primary key, "postId" uuid, "userId" uuid, "createdAt" timestamptz);
    create table post_like (like post_view including all);
    create table comment (like post_view including all)`);
  for (const [at, fan] of FANS.entries()) {
    await sql`insert into "user" values (${fan}, ${at === 0 ? "FAN" : "IDOL"}, now())`;
    await sql`insert into post values (${POSTS[at] as string}, ${sql.json({ tags: ["dance", "live"] })}, ${fan},
      ${COMMUNITIES[0] as string}, 1, 1, 0, now(), now())`;
    await sql`insert into post_view values (${idOf(4, at)}, ${POSTS[at] as string}, ${fan}, now())`;
  }
  await follow(database, 1, COMMUNITIES[0] as string);
  await sql`insert into post_like values (${idOf(5, 1)}, ${POSTS[0] as string}, ${FANS[0] as string}, now())`;
  await sql`insert into comment values (${idOf(6, 1)}, ${POSTS[0] as string}, ${FANS[0] as string}, now())`;
}

async function follow({ sql }: TestPostgres, number: number, community: string): Promise<void> {
  await sql`insert into community_follower values (${idOf(7, number)}, true, now(), ${FANS[0] as string}, ${community})`;
}
