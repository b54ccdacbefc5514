import { describe, expect, it } from "vitest";
import { usageRows } from "../../../../web/features/keys/usage-rows.ts";

describe("the usage of keys", () => {
  it("is summed over days and slots, the busiest key first, and names deleted ones", () => {
    const none = { slot: null, slot_name: null, requests: 0, limited: 0, lists: 0, events: 0 };
    const usage = [
      { ...none, day: "2026-11-27", key: 2, key_name: "shop", requests: 3, limited: 1 },
      { ...none, day: "2026-11-27", key: 2, key_name: "shop", slot: 4, slot_name: "a", lists: 5 },
      { ...none, day: "2026-11-26", key: 2, key_name: "shop", requests: 2, events: 7 },
      { ...none, day: "2026-11-26", key: 1, key_name: null, requests: 9 },
    ];
    expect(usageRows({ usage })).toEqual([
      { key: 1, name: "Deleted key 1", requests: 9, limited: 0, lists: 0, events: 0 },
      { key: 2, name: "shop", requests: 5, limited: 1, lists: 5, events: 7 },
    ]);
    expect(usageRows({ usage: [] })).toEqual([]);
  });
});
