import { describe, expect, it } from "vitest";
import { recommendResponse } from "#contract/recommend.ts";
import { KEY, world } from "../serving-world.ts";

async function setUp() {
  const made = await world();
  const send = (path: string, body: unknown) =>
    made.app.request(path, { method: "POST", headers: { "X-API-Key": KEY }, body: JSON.stringify(body) });
  const list = async (path: string, body: unknown) => {
    const response = await send(path, body);
    expect(response.status).toBe(200);
    return recommendResponse.parse(await response.json());
  };
  return { ...made, send, list };
}

/** Without the number of the request. */
const shown = ({
  items,
  strategy,
  warnings,
}: Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>["list"]>>) => ({
  items,
  strategy,
  warnings,
});
const ids = ({ items }: { items: readonly { item_id: string }[] }) => items.map(({ item_id }) => item_id);

describe("POST /v1/similar by title", () => {
  it("answers as for the items with exactly this title", async () => {
    const { list } = await setUp();
    for (const [title, item_ids] of [
      ["Up", ["2"]],
      ["Heat", ["1", "3"]],
    ] as const) {
      const byTitle = await list("/v1/similar", { title, limit: 4 });
      expect(shown(byTitle)).toEqual(shown(await list("/v1/similar", { item_ids, limit: 4 })));
    }
  });

  it.each(["heat", "Hea", "2"])(
    "says that no item has the title %j, and lists what is popular",
    async (title) => {
      const { list } = await setUp();
      const answer = await list("/v1/similar", { title });
      expect(answer).toMatchObject({
        strategy: "popular",
        warnings: [`No item has the title ${JSON.stringify(title)}.`],
      });
    },
  );

  it("says that there are no titles without a table", async () => {
    const { list, manifest } = await setUp();
    const warnings = ["The project has no table of items with titles."];
    await manifest({ metadata_key: null });
    expect(await list("/v1/similar", { title: "Heat" })).toMatchObject({ strategy: "popular", warnings });
  });

  it.each([{}, { title: "Heat", item_ids: ["1"] }, { title: "" }, { title: 3 }])(
    "refuses %j",
    async (body) => {
      const { send } = await setUp();
      expect((await send("/v1/similar", body)).status).toBe(422);
    },
  );

  it("is a request of a batch", async () => {
    const { send, list } = await setUp();
    const requests = [{ title: "Up" }, { user_id: "ann", similar_to: { title: "Up" } }];
    const answer = await (await send("/v1/batch", { requests })).json();
    const { answers } = answer as { answers: { items: { item_id: string }[] }[] };
    expect(answers.map(ids)).toEqual([
      ids(await list("/v1/similar", requests[0])),
      ids(await list("/v1/recommend", requests[1])),
    ]);
  });
});

describe("POST /v1/recommend with similar_to", () => {
  it("lets items like some take turns with those for the user", async () => {
    const { list } = await setUp();
    const own = await list("/v1/recommend", { user_id: "ann" });
    const shared = await list("/v1/recommend", { user_id: "ann", similar_to: { item_ids: ["1"] } });
    expect(new Set(ids(shared)).size).toBe(shared.items.length);
    expect([...ids(shared)].sort()).toEqual([...ids(own)].sort());
    expect(shared.items[0]?.strategy).toBe("similar");
    expect(shared.items.map(({ strategy }) => strategy)).toContain("personal");
  });

  it("leaves out the items themselves, and what the user has seen", async () => {
    const { list } = await setUp();
    const seen = ids(await list("/v1/recommend", { limit: 9 })).filter((id) => !["3", "4", "5"].includes(id));
    const shared = ids(await list("/v1/recommend", { user_id: "ann", similar_to: { item_ids: ["3"] } }));
    expect(shared).not.toContain("3");
    expect(shared.filter((id) => seen.includes(id))).toEqual([]);
  });

  it.each([0, 0.5, 1])("gives pages that fit together with a share of %d", async (share) => {
    const { list } = await setUp();
    const asked = { similar_to: { item_ids: ["1"], share } };
    const whole = await list("/v1/recommend", { ...asked, limit: 5 });
    const pages = [
      await list("/v1/recommend", { ...asked, limit: 2 }),
      await list("/v1/recommend", { ...asked, limit: 3, offset: 2 }),
    ];
    expect(pages.flatMap(({ items }) => items)).toEqual(whole.items);
  });

  it.each([{}, { item_ids: ["1"], title: "Heat" }, { title: "Heat", share: 2 }, { title: "Heat", more: 1 }])(
    "refuses %j",
    async (similar_to) => {
      const { send } = await setUp();
      expect((await send("/v1/recommend", { similar_to })).status).toBe(422);
    },
  );

  it("says that an unknown title adds nothing", async () => {
    const { list } = await setUp();
    const answer = await list("/v1/recommend", { user_id: "ann", similar_to: { title: "Nothing" } });
    expect(answer.warnings).toEqual(['No item has the title "Nothing".']);
    expect(ids(answer)).toEqual(ids(await list("/v1/recommend", { user_id: "ann" })));
  });
});
