/**
 * Runs the commands of docs/guides/from-kpop.md: `node test/e2e/kpop/move.ts SCHEMA.sql`. A database of its own has the service's tables,
 * by the given definitions, with made people and posts. Needs PostgreSQL's programs, bash, jq and curl. Ends with 1 if what Edgewise has
 * is not what the tables have.
 */
import { deepStrictEqual } from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "#cli/demo/wait-for.ts";
import { postgresPrograms, startPostgres, type TestPostgres } from "../../setup/postgres.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/guides/from-kpop.md");
const [reading = "", training = "", asking = ""] = [
  ...readFileSync(GUIDE, "utf8").matchAll(/```bash\n(.*?)```/gs),
].map(([, block]) => block ?? "");
const ADMINISTRATOR = { username: "operator", password: "operator-password-of-a-test" };
const COMMUNITIES = 8;
const FANS = 60;
const POSTS = 240;
const VIEWS = 12;
const TAGS = ["live", "dance", "photo", "tour"];

const [schema = ""] = process.argv.slice(2);
const programs = postgresPrograms();
if (schema === "") throw new Error("Name the file with the definitions of the service's tables.");
if (programs === null) throw new Error("PostgreSQL is not installed.");

const id = (kind: number, number: number) =>
  `00000000-0000-4000-800${kind}-${String(number).padStart(12, "0")}`;
const postOf = (fan: number, view: number) => (fan * 11 + view * 7) % POSTS;

/** The last fan is new: two follows, and no view. */
async function fill({ sql }: TestPostgres): Promise<void> {
  const stamps = { createdAt: new Date(), updatedAt: new Date() };
  const all = <Row>(count: number, row: (n: number) => Row) =>
    Array.from({ length: count }, (_, n) => row(n));
  const communities = all(COMMUNITIES, (n) => ({ id: id(1, n), name: `c${n}`, ...stamps }));
  await sql`insert into community ${sql(communities)}`;
  const users = all(FANS, (n) => ({ id: id(2, n), role: "FAN", email: `fan${n}@fans.test`, ...stamps }));
  await sql`insert into "user" ${sql(users)}`;
  const follows = all(FANS * 2, (n) => ({
    ...{ id: id(3, n), isActive: true, userId: id(2, n >> 1) },
    ...{ communityId: id(1, ((n >> 1) + (n & 1) * 3) % COMMUNITIES), ...stamps },
  }));
  await sql`insert into community_follower ${sql(follows)}`;
  const posts = all(POSTS, (n) => ({
    ...{ id: id(4, n), authorId: id(2, n % FANS), communityId: id(1, n % COMMUNITIES) },
    metadata: sql.json({ tags: [TAGS[n % 4] as string, TAGS[(n >> 2) % 4] as string] }),
    ...{ view_count: n % 20, like_count: n % 5, comment_count: n % 3, ...stamps },
  }));
  await sql`insert into post ${sql(posts)}`;
  const views = all((FANS - 1) * VIEWS, (n) => {
    const fan = Math.floor(n / VIEWS);
    return { id: id(5, n), userId: id(2, fan), postId: id(4, postOf(fan, n % VIEWS)), ...stamps };
  });
  await sql`insert into post_view ${sql(views)}`;
  const likes = views.filter((_, n) => n % 4 === 0).map((view, n) => ({ ...view, id: id(6, n) }));
  await sql`insert into post_like ${sql(likes)}`;
  const comments = likes
    .filter((_, n) => n % 3 === 0)
    .map((like, n) => ({ ...like, id: id(7, n), content: "!" }));
  await sql`insert into comment ${sql(comments)}`;
}

const database = await startPostgres(programs);
const stack = await startTestStack({
  settings: {
    EDGEWISE_POSTGRES_URL: database.address,
    EDGEWISE_ADMIN_USERNAME: ADMINISTRATOR.username,
    EDGEWISE_ADMIN_PASSWORD: ADMINISTRATOR.password,
  },
});
try {
  await database.sql.unsafe(readFileSync(schema, "utf8"));
  await fill(database);
  const login = await fetch(`${stack.url}/api/v1/auth/login/`, {
    ...{ method: "POST", headers: { "Content-Type": "application/json" } },
    body: JSON.stringify(ADMINISTRATOR),
  });
  const { access } = (await login.json()) as { access: string };
  const settings = { URL: stack.url, TOKEN: access, USER_ID: id(2, FANS - 1) };
  /** Later blocks use what the first ones set. */
  const run = async (script: string, given: Readonly<Record<string, string>> = {}) => {
    const env = { ...process.env, ...settings, ...given };
    const shown = 'printf "\\n%s" "$PROJECT $KEY"';
    const args = ["-euo", "pipefail", "-c", `${script}\n${shown}`];
    const { stdout } = await promisify(execFile)("bash", args, { env });
    const lines = stdout.trim().split("\n");
    const [PROJECT = "", KEY = ""] = (lines.pop() ?? "").split(" ");
    return { set: { PROJECT, KEY }, text: lines.join("\n") };
  };
  const { set, text } = await run(reading.replace("https://your-edgewise.example", stack.url));
  const counts = JSON.parse(text) as Record<string, number>;
  const [{ events = 0 } = {}] = await database.sql<
    { events: number }[]
  >`select (select count(*) from post_view)::int
    + (select count(*) from post_like)::int + (select count(*) from comment)::int as events`;
  deepStrictEqual([counts.events, counts.items, counts.rejected], [events, POSTS, 0]);
  const ask = async <Answer>(path: string): Promise<Answer> => {
    const response = await fetch(`${stack.url}/kpop${path}`, { headers: { "X-API-Key": set.KEY } });
    return (await response.json()) as Answer;
  };
  interface Page {
    readonly strategy: string | null;
    readonly recommendations: readonly unknown[];
    readonly pagination: { readonly total: number };
  }
  const pageOf = (fan: number) => ask<Page>(`/recommendations/${id(2, fan)}`);
  // Two communities, each with an eighth of the posts.
  const first = await waitFor(
    () => pageOf(FANS - 1),
    ({ strategy }) => strategy !== null,
  );
  deepStrictEqual([first.strategy, first.pagination.total], ["cold_start", (POSTS / COMMUNITIES) * 2]);
  const { text: trained } = await run(training, set);
  console.log(trained);
  const later = await waitFor(
    () => pageOf(0),
    ({ strategy }) => strategy === "hybrid",
  );
  deepStrictEqual(later.recommendations.length, 20);
  deepStrictEqual((await pageOf(FANS - 1)).strategy, "cold_start");
  const status = await ask<Record<string, number> & { cold_start_strategy: object }>("/admin/model-status");
  const { num_all_users: people, num_posts_metadata: posts, num_users: inModel } = status;
  deepStrictEqual([people, posts, inModel], [FANS, POSTS, FANS - 1]);
  deepStrictEqual(status.cold_start_strategy, {
    ...{ users_with_interactions: FANS - 1, users_with_followed_communities: FANS },
    ...{ communities_with_tags: COMMUNITIES, posts_with_engagement: POSTS - POSTS / 60 },
  });
  const { text: asked } = await run(asking, set);
  deepStrictEqual((JSON.parse(asked) as Page).strategy, "cold_start");
  console.log(`equal: ${events} events, ${POSTS} posts, ${FANS} people`);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
  await database.stop();
}
