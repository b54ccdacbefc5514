/** Recotem's figures of a test go on from what was counted, and are those of counting all events again. */
import { desc, eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { conversionEvent } from "#db/experiment-schema.ts";
import { createRandom } from "#engine/random.ts";
import { type EventFields, slotsWithEvents } from "./slots-with-events.ts";

const requestOf = (n: number) => `6f9619ff-8b86-4011-b42d-${String(n).padStart(12, "0")}`;

/** By Recotem's rules: requests with an impression, impressions without a request, and clicks. */
function countedAgain(events: readonly EventFields[], slot: number) {
  const shown = events.filter((event) => event.slot === slot && event.type === "impression");
  const requests = new Set(shown.flatMap(({ request }) => request ?? []));
  const single = shown.filter(({ request }) => request === undefined).length;
  const clicks = events.filter((event) => event.slot === slot && event.type === "click").length;
  return [requests.size + single, clicks];
}

async function startedTest() {
  const world = await slotsWithEvents();
  const { id } = await world.makeTest();
  await world.step(id, "start");
  world.api.advance(1_000);
  const counts = async () => {
    const found = await world.results(id);
    return [
      [found.control_impressions, found.control_conversions],
      [found.variant_impressions, found.variant_conversions],
    ];
  };
  return { ...world, id, counts };
}

describe("the results of a test", () => {
  it("are those of all events after each of many batches, with requests that come again", async () => {
    const { send, counts, control, variant } = await startedTest();
    const random = createRandom(7);
    const sent: EventFields[] = [];
    const draw = (): EventFields => ({
      slot: random.next() < 0.5 ? control.id : variant.id,
      type: ["impression", "impression", "click", "purchase"][Math.floor(4 * random.next())] ?? "click",
      // Few requests, so that most come in several batches and in both slots.
      ...(random.next() < 0.7 && { request: requestOf(Math.floor(30 * random.next())) }),
    });
    for (let batch = 0; batch < 12; batch++) {
      const events = Array.from({ length: Math.floor(20 * random.next()) }, draw);
      await send(events);
      sent.push(...events);
      expect(await counts()).toEqual([countedAgain(sent, control.id), countedAgain(sent, variant.id)]);
    }
  });

  it("read no event twice, until one is deleted", async () => {
    const { api, ann, send, counts, control } = await startedTest();
    const shown = { slot: control.id, type: "impression" };
    await send([shown, { ...shown, request: requestOf(1) }, { slot: control.id, type: "click" }]);
    expect((await counts())[0]).toEqual([2, 1]);
    const { db } = api.deps;
    const rows = await db
      .select()
      .from(conversionEvent)
      .where(eq(conversionEvent.slotId, control.id))
      .orderBy(desc(conversionEvent.id));
    // Beside the API: the events are gone, and their number is kept.
    const gone = rows.slice(0, 2).map(({ id }) => id);
    await db.delete(conversionEvent).where(inArray(conversionEvent.id, gone));
    await send([shown]);
    expect((await counts())[0]).toEqual([3, 1]);
    const [last] = await db.select().from(conversionEvent).orderBy(desc(conversionEvent.id)).limit(1);
    expect((await ann.call("DELETE", `/conversion_event/${last?.id}/`)).status).toBe(204);
    expect((await counts())[0]).toEqual([1, 0]);
  });

  it("are counted again where the test has another target or an end", async () => {
    const { ann, id, api, send, step, counts, control } = await startedTest();
    await send([
      { slot: control.id, type: "impression" },
      { slot: control.id, type: "purchase" },
    ]);
    expect((await counts())[0]).toEqual([1, 0]);
    await ann.call("PATCH", `/ab_test/${id}/`, { target_metric_name: "purchase_rate" });
    expect((await counts())[0]).toEqual([1, 1]);
    api.advance(1_000);
    await step(id, "stop");
    api.advance(1_000);
    await send([{ slot: control.id, type: "purchase" }]);
    expect((await counts())[0]).toEqual([1, 1]);
  });
});
