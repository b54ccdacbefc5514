import { describe, expect, it } from "vitest";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { ServingError } from "#recommend/http/errors.ts";
import { createIntake, type IntakeDeps } from "#recommend/intakes.ts";

const NOW = Date.parse("2026-11-27T10:00:00Z");

function setUp() {
  const stored: StoredEvent[] = [];
  const written: unknown[] = [];
  const deps = {
    now: () => NOW,
    shards: {
      append: async (_projectId: number, events: readonly StoredEvent[]) => {
        stored.push(...events);
        return { accepted: events.length - 1, duplicates: 1 };
      },
    },
    items: {
      write: async (_projectId: number, writes: readonly { itemId: string }[]) => {
        written.push(...writes);
        return writes.map(({ itemId }) =>
          itemId === "full"
            ? { ok: false, refusal: { code: "full", message: "No room." } }
            : { ok: true, row: {}, isUnchanged: itemId === "same" },
        );
      },
    },
    users: {
      write: async (_projectId: number, write: { userId: string }) => {
        if (write.userId === "full") {
          throw new ServingError(422, [{ type: "too_much", loc: ["body"], msg: "No room.", input: null }]);
        }
        if (write.userId === "down") throw new ServingError(503, "Later.");
        written.push(write);
      },
    },
  } as unknown as IntakeDeps;
  return { stored, written, intake: createIntake(deps) };
}

describe("the intake", () => {
  it("takes events as requests do, and names those that it refuses by position", async () => {
    const { stored, intake } = setUp();
    const event = { type: "view", user_id: "u", item_id: "i", time: "2026-11-01T00:00:00Z", event_id: "t/1" };
    const rows = [event, { ...event, item_id: null }, { ...event, event_id: "t/3" }];
    expect(await intake.events(1, rows)).toEqual({
      accepted: 1,
      repeated: 1,
      refused: [{ position: 1, reason: expect.stringMatching(/^item_id: /) }],
    });
    expect(stored.map(({ event_id, time }) => [event_id, time])).toEqual([
      ["t/1", Date.parse(event.time)],
      ["t/3", Date.parse(event.time)],
    ]);
  });

  it("writes whole items, and tells changed ones from those that stay", async () => {
    const { written, intake } = setUp();
    const rows = ["a", "same", "", "full"].map((id) => ({ id, properties: { price: 3 } }));
    expect(await intake.items(1, rows)).toEqual({
      accepted: 1,
      repeated: 1,
      refused: [
        { position: 2, reason: expect.stringContaining("item_id: ") },
        { position: 3, reason: expect.stringContaining("No room.") },
      ],
    });
    expect(written[0]).toMatchObject({ kind: "replace", itemId: "a", properties: { price: 3 } });
  });

  it("writes whole users, and throws on what may go well later", async () => {
    const { written, intake } = setUp();
    const row = (id: string) => ({ id, properties: { role: "FAN" } });
    expect(await intake.users(1, [row("a"), row("full"), row("")])).toMatchObject({
      accepted: 1,
      refused: [{ position: 1 }, { position: 2 }],
    });
    expect(written).toEqual([{ kind: "replace", userId: "a", properties: { role: "FAN" } }]);
    await expect(intake.users(1, [row("down")])).rejects.toThrow();
  });
});
