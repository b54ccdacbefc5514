import { describe, expect, it } from "vitest";
import { copyVectorInto } from "#engine/data/vector-rows.ts";
import { embedTexts } from "#trainer/embedding/embed-texts.ts";
import { FakeTextModels, FakeVectorStore } from "./fake-text-models.ts";

function world() {
  const models = new FakeTextModels();
  const store = new FakeVectorStore();
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const embed = (texts: readonly string[], projectId = 1) =>
    embedTexts(
      { models, store, wait },
      { projectId, model: "bge-small", rowCount: texts.length, textOf: (row) => texts[row] as string },
    );
  return { models, store, waits, embed };
}

const many = Array.from({ length: 300 }, (_, at) => `story number ${at}`);

describe("vectors of texts", () => {
  it("are those that the model gives, at length 1, for the rows with a text", async () => {
    const { models, embed } = world();
    const vectors = await embed(["calm sea", "", "calm sea", "loud"]);
    expect(vectors).toMatchObject({ widths: [384], dim: 384 });
    expect([...vectors.scales].map((scale) => scale > 0)).toEqual([true, false, true, true]);
    const row = new Float32Array(384);
    copyVectorInto(vectors, 2, row);
    const expected = models.vectorOf("calm sea").map((value) => value * Math.SQRT1_2);
    expect(Math.max(...expected.map((value, k) => Math.abs(value - (row[k] as number))))).toBeLessThan(0.005);
    expect(models.calls.every(({ model }) => model === "@cf/baai/bge-small-en-v1.5")).toBe(true);
    // The same text is sent once.
    expect(models.texts.toSorted()).toEqual(["calm sea", "loud"]);
  });

  it("are asked for once: the cache knows a text by what it says", async () => {
    const { models, embed } = world();
    const first = await embed(many);
    expect(models.calls.length).toBeLessThan(300);
    models.calls.length = 0;
    expect(await embed([...many].reverse())).toMatchObject({ dim: 384 });
    expect(await embed(many)).toEqual(first);
    expect(models.calls).toEqual([]);
    await embed([...many.slice(1), "something new"]);
    expect(models.texts).toEqual(["something new"]);
  });

  it("are cached for each project and model apart", async () => {
    const { models, store, embed } = world();
    await embed(["calm sea"]);
    await embed(["calm sea"], 2);
    expect(models.texts).toEqual(["calm sea", "calm sea"]);
    const keys = [...store.objects.keys()];
    expect(keys.every((key) => /^projects\/[12]\/embeddings\/bge-small\/\d{3}$/.test(key))).toBe(true);
    expect(keys).toHaveLength(2);
  });

  it("are tried again after a failure, or an answer that is none", async () => {
    const { models, waits, embed } = world();
    const short = { data: [[1, 2]] };
    const broken = { data: [new Array<number>(384).fill(Number.NaN)] };
    models.next.push(new Error("busy"), short, broken);
    const vectors = await embed(["calm sea"]);
    expect(vectors.scales[0]).toBeGreaterThan(0);
    expect(waits).toEqual([500, 1000, 2000]);
    expect(models.calls).toHaveLength(4);
  });

  it("fail with the reason after four calls, and keep what was made before", async () => {
    const { models, embed } = world();
    models.next.push(...new Array<undefined>(20), ...new Array<Error>(200).fill(new Error("busy")));
    await expect(embed(many)).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringMatching(/^Workers AI made no vectors of \d+ texts with @cf.* in 4 calls: busy$/),
    });
    const made = models.calls.slice(0, 20).flatMap(({ texts }) => texts);
    models.next.length = 0;
    models.calls.length = 0;
    await embed(many);
    expect(models.texts.filter((text) => made.includes(text))).toEqual([]);
    expect(models.texts.length + made.length).toBe(300);
  });

  it("are made again where the cache is damaged", async () => {
    const { models, store, embed } = world();
    const first = await embed(["calm sea"]);
    for (const [key, bytes] of store.objects) store.objects.set(key, bytes.slice(1));
    expect(await embed(["calm sea"])).toEqual(first);
    expect(models.calls).toHaveLength(2);
  });
});
