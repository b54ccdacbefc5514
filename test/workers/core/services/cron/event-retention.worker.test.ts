import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { expireSegments } from "#services/cron/event-retention.ts";
import { putSegment } from "#storage/event-segments.ts";
import { testApi } from "../../../runtime/api.ts";

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
