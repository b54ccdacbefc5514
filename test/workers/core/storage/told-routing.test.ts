import { expect, it } from "vitest";
import { toldRouting } from "#storage/told-routing.ts";

it("tells of projects whose entries have changed, after the change, and of nothing else", async () => {
  const done: string[] = [];
  const store = {
    get: async () => "text",
    list: async () => ({ keys: [], list_complete: true }),
    put: async (name: string) => void done.push(`put ${name}`),
    delete: async (name: string) => void done.push(`delete ${name}`),
  };
  const routing = toldRouting(store, async (projectId) => void done.push(`told ${projectId}`));
  await routing.put("project:7", "{}");
  await routing.put("key:abc", "{}");
  await routing.put("used:3", "1");
  await routing.delete("project:8");
  expect(done).toEqual([
    "put project:7",
    "told 7",
    "put key:abc",
    "put used:3",
    "delete project:8",
    "told 8",
  ]);
});
