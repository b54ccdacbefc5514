/** The cache of vectors in R2 as the runtime has it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { textEmbedding } from "#trainer/embedding/text-embedding.ts";
import { FakeTextModels } from "./fake-text-models.ts";

it("keeps vectors of texts in R2, and asks for each text once", async () => {
  const models = new FakeTextModels(1024);
  models.next.push(new Error("busy"));
  const effects = { models, store: env.STORE, wait: async () => undefined };
  const texts = Array.from({ length: 120 }, (_, at) => `夜に駆ける ${at % 100}`);
  const embed = () =>
    textEmbedding("bge-m3", effects)?.embed({
      ...{ projectId: 77, rowCount: texts.length },
      textOf: (row) => texts[row] as string,
    });
  const first = await embed();
  expect(first?.dim).toBe(1024);
  const asked = new Set(models.texts);
  expect(asked.size).toBe(100);
  const calls = models.calls.length;
  expect(await embed()).toEqual(first);
  expect(models.calls).toHaveLength(calls);
  const { objects } = await env.STORE.list({ prefix: "projects/77/embeddings/bge-m3/" });
  expect(objects.length).toBeGreaterThan(10);
  const bytes = objects.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBe(100 * (16 + 4 + 1024));
});
