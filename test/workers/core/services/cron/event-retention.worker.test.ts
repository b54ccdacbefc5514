import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { expireSegments } from "#services/cron/event-retention.ts";
import { putSegment } from "#storage/event-segments.ts";
import { createProject, join, testApi } from "../../../runtime/api.ts";

const DAY_MS = 86_400_000;
const { deps } = testApi();
const daysAgo = (days: number) => deps.clock() - days * DAY_MS;

async function keysLeft(): Promise<string[]> {
  return (await env.STORE.list()).objects.map(({ key }) => key);
}

beforeEach(async () => {
  await env.STORE.delete(await keysLeft());
  await env.DB.prepare("delete from cron_cursor").run();
  for (const [name, days] of [
    ["1-9", 366],
    ["10-19", 364],
  ] as const) {
    await putSegment(env.STORE, `projects/7/events/03/${name}.ndjson`, {
      lines: "{}\n",
      sealedAt: daysAgo(days),
    });
  }
  // No segment, whatever its name and age.
  const customMetadata = { sealed_at: "0" };
  await env.STORE.put("projects/7/uploads/1-2.ndjson", "x", { customMetadata });
});

it("deletes segments past their time, and nothing else", async () => {
  expect(await expireSegments(deps, 365)).toBe(1);
  expect(await keysLeft()).toEqual(["projects/7/events/03/10-19.ndjson", "projects/7/uploads/1-2.ndjson"]);
});

it("keeps all segments without a limit", async () => {
  expect(await expireSegments(deps, null)).toBe(0);
  expect(await keysLeft()).toHaveLength(3);
});

it("keeps the segments of a project for fewer days if the project says so, never for more", async () => {
  const api = testApi();
  const ann = await join(api);
  const kept = await createProject(ann, { event_retention_days: 5000 });
  const short = await createProject(ann, { event_retention_days: 30 });
  for (const { id } of [kept, short]) {
    for (const [name, days] of [
      ["1-9", 400],
      ["10-19", 40],
      ["20-29", 20],
    ] as const) {
      const key = `projects/${id}/events/03/${name}.ndjson`;
      await putSegment(env.STORE, key, { lines: "{}\n", sealedAt: daysAgo(days) });
    }
  }
  const namesOf = async (id: number) =>
    (await keysLeft()).filter((key) => key.startsWith(`projects/${id}/`)).map((key) => key.split("/").at(-1));
  await expireSegments(deps, null);
  expect(await namesOf(kept.id)).toHaveLength(3);
  expect(await namesOf(short.id)).toEqual(["20-29.ndjson"]);
  await env.DB.prepare("delete from cron_cursor").run();
  await expireSegments(deps, 365);
  expect(await namesOf(kept.id)).toEqual(["10-19.ndjson", "20-29.ndjson"]);
});
