/** The order of what somebody took, from the training, live events and the request, as models of sequences read it. */
import { afterAll, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { withAges } from "#engine/data/with-ages.ts";
import { forgetUser } from "#engine/serve/forget-user.ts";
import { historyOfUser } from "#engine/serve/history-of-user.ts";
import { modelSections, type Servable, servableOf } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { type KnownOfUser, userProfileOf } from "#engine/serve/user-profile.ts";
import { withNewItems } from "#engine/serve/with-new-items.ts";
import { fitModel, inputOf } from "../algorithms/fit-fixture.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";

const kernels = loadWasmKernels();
afterAll(() => kernels.freeAll());

const DAY = 86_400_000;
const START = 1e12;

/** Everybody goes one step on in a ring of six; "u0" took c, a and b, in this order, and others the rest. */
async function world() {
  const builder = new DatasetBuilder({ hasTimes: true });
  for (const [at, item] of ["c", "a", "b"].entries()) builder.add("u0", item, 1, START + at * DAY);
  for (let user = 1; user < 7; user++) {
    for (let at = 0; at < 3; at++)
      builder.add(`u${user}`, "abcdef"[(user + at) % 6] as string, 1, START + at * DAY);
  }
  return (await builder.finish(async () => {})).dataset;
}

type Fitted = "IALS" | "SequenceRules" | "TwoSidedKNN" | "SessionKNN" | "Blend";

const PARAMS: Readonly<Partial<Record<Fitted, AlgorithmParams>>> = {
  SequenceRules: { recency_steps: 0.2 },
  SessionKNN: { recency_steps: 0.2, last_steps: 0.2 },
  Blend: {
    "weight.IALS": 0,
    "weight.DegreeKNN": 0,
    "weight.SequenceRules": 1,
    "weight.SessionKNN": 1,
    "SequenceRules.recency_steps": 0.2,
    "SessionKNN.recency_steps": 0.2,
    "SessionKNN.last_steps": 0.2,
  },
};

async function stored(options: { readonly inBlocks?: boolean; readonly algorithm?: Fitted } = {}) {
  const dataset = await world();
  const algorithm = options.algorithm ?? "SequenceRules";
  const params = PARAMS[algorithm] ?? {};
  const model = fitModel(algorithm, inputOf(withAges(dataset).userItems, kernels), params);
  const bytes = options.inBlocks ? { wholeHistoryBytes: 0 } : {};
  return { meta: { algorithm }, sections: modelSections(model, dataset, bytes) };
}

async function opened(options: Parameters<typeof stored>[0] = {}): Promise<Servable> {
  const { meta, sections } = await stored(options);
  const blocks = sections.filter(({ data }) => data instanceof Uint8Array);
  const readBlock = async (block: number) =>
    blocks.find(({ name }) => name.endsWith(`histories/${block}`))?.data as Uint8Array;
  return servableOf({ kind: "model", meta, sections }, kernels, readBlock);
}

function orderOf(servable: Servable, request: KnownOfUser) {
  const { recent } = userProfileOf(servable, request).profile;
  return recent && [...recent.items].map((item) => servable.items.idAt(item)).join("");
}

describe("the order of a profile", () => {
  it("is that of the training, with the days since", async () => {
    const servable = await opened();
    expect(orderOf(servable, { userId: "u0" })).toBe("cab");
    const { recent } = userProfileOf(servable, { userId: "u0", now: START + 12 * DAY }).profile;
    expect([...(recent?.daysAgo ?? [])].map(Math.round)).toEqual([12, 11, 10]);
  });

  it("goes on with live events by their times, and then what the request names", async () => {
    const servable = await opened();
    const events = [
      { itemId: "e", weight: 1, at: START + 5 * DAY },
      { itemId: "d", weight: 1, at: START + 4 * DAY },
      { itemId: "f", weight: 1, at: null },
      { itemId: "unknown", weight: 1, at: null },
    ];
    expect(orderOf(servable, { userId: "u0", events, itemIds: ["b"] })).toBe("cadefb");
    expect(orderOf(servable, { userId: "nobody", events })).toBe("def");
  });

  it("has an item that is named again where it is newest, each time, and no disliked one", async () => {
    const servable = await opened();
    const events = [
      { itemId: "c", weight: 1, at: START + 5 * DAY },
      { itemId: "d", weight: 1, at: START + 6 * DAY },
      { itemId: "c", weight: 1, at: START + 7 * DAY },
      { itemId: "a", weight: -1, at: START + 8 * DAY },
    ];
    expect(orderOf(servable, { userId: "u0", events })).toBe("bcdc");
  });

  it("is the same from histories that are read one by one", async () => {
    const servable = await opened({ inBlocks: true });
    const history = servable.histories && (await historyOfUser(servable.histories, "u0"));
    expect(history?.ages).toHaveLength(3);
    expect(orderOf(servable, { userId: "u0", ...(history && { history }) })).toBe("cab");
  });

  it("stays out of models that do not read it", async () => {
    const { sections } = await stored({ algorithm: "IALS" });
    expect(sections.some(({ name }) => name.startsWith("history.ages"))).toBe(false);
    expect(orderOf(await opened({ algorithm: "IALS" }), { userId: "u0" })).toBeUndefined();
  });

  it("loses a person who is erased, and keeps the order of the others", async () => {
    const { meta, sections } = await stored();
    const rest = forgetUser({ meta, sections }, "u0");
    const servable = servableOf({ kind: "model", meta, sections: rest ?? [] }, kernels);
    expect(orderOf(servable, { userId: "u0" })).toBeUndefined();
    expect(orderOf(servable, { userId: "u1" })).toBe("bcd");
    expect(servable.history.ages).toHaveLength(18);
  });

  it("leads to other lists after each event", async () => {
    const servable = await opened();
    const first = (...ids: string[]) => {
      const events = ids.map((itemId, at) => ({ itemId, weight: 1, at: START + (10 + at) * DAY }));
      return recommend(servable, { events, offset: 0, limit: 1 }).items[0]?.itemId;
    };
    expect([first("a"), first("a", "c"), first("a", "c", "e")]).toEqual(["b", "d", "f"]);
  });

  it.each(["SequenceRules", "TwoSidedKNN", "SessionKNN", "Blend"] as const)(
    "says which recent step led to an item of %s",
    async (algorithm) => {
      const servable = await opened({ algorithm });
      const events = ["e", "a"].map((itemId, at) => ({ itemId, weight: 1, at: START + (10 + at) * DAY }));
      const { items } = recommend(servable, { events, offset: 0, limit: 1, reasons: 2 });
      expect(items[0]?.itemId).toBe("b");
      expect(items[0]?.reasons?.[0]).toMatchObject({ itemId: "a" });
    },
  );

  it.each([
    ["nothing", []],
    ["unknown items alone", ["nobody", "knows"]],
  ])("of %s gives the popular items", async (_, ids) => {
    const servable = await opened();
    const events = ids.map((itemId) => ({ itemId, weight: 1, at: null }));
    expect(recommend(servable, { events, offset: 0, limit: 3 }).items).toHaveLength(3);
  });

  it("takes an event from the future as one of now", async () => {
    const servable = await opened();
    const events = [{ itemId: "a", weight: 1, at: START + 9_000 * DAY }];
    const { recent } = userProfileOf(servable, { events, now: START + 10 * DAY }).profile;
    expect([...(recent?.daysAgo ?? [])]).toEqual([0]);
  });

  it("does not change with items that are newer than the model", async () => {
    const servable = await opened();
    const longer = withNewItems(servable, [{ itemId: "new", newAt: START }]);
    const events = [
      { itemId: "new", weight: 1, at: null },
      { itemId: "a", weight: 1, at: null },
    ];
    expect(recommend(longer, { events, offset: 0, limit: 1 }).items[0]?.itemId).toBe("b");
  });
});
