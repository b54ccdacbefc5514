import { describe, expect, it } from "vitest";
import { EngineError } from "#engine/engine-error.ts";
import type { Slot } from "#recommend/serving/choose-slot.ts";
import { MAX_SWAP_MS, ModelSwaps } from "#recommend/serving/model-swaps.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";

const slotWith = (key: string, id = 4): Slot => ({
  id,
  name: `s${id}`,
  weight: 100,
  model: { id: 1, artifact_key: key },
  previous: null,
});
const manifestOf = (...slots: Slot[]): RoutingManifest => ({
  v: 1,
  project_id: 3,
  slots,
  metadata_key: null,
});

function setUp() {
  const loaded = new Set<string>();
  const loads: { readonly key: string; readonly end: (error?: Error) => Promise<void> }[] = [];
  const logged: string[] = [];
  const times: number[] = [];
  let now = 0;
  let kept: Promise<unknown> = Promise.resolve();
  const load = (key: string) =>
    new Promise<never>((done, fail) => {
      const end = async (error?: Error) => {
        if (error) fail(error);
        else {
          loaded.add(key);
          done(null as never);
        }
        await kept;
      };
      loads.push({ key, end });
    });
  const swaps = new ModelSwaps({
    models: { load, has: (key) => loaded.has(key) },
    now: () => now,
    keep: (work) => {
      kept = work;
    },
    logError: (event) => void logged.push(event),
    swapped: (_, ms) => void times.push(ms),
  });
  const served = (slot: Slot) => swaps.modelOf(3, slot).artifact_key;
  const pass = (ms: number) => {
    now += ms;
  };
  return { swaps, loaded, loads, logged, times, served, pass };
}

/** A slot that has answered with `a`. */
function serving() {
  const made = setUp();
  made.loaded.add("a");
  expect(made.served(slotWith("a"))).toBe("a");
  return made;
}

describe("a slot with a new model", () => {
  it("goes on with the former one until the new one is in memory, and loads it once", async () => {
    const { served, loads, times, pass } = serving();
    expect([served(slotWith("b")), served(slotWith("b"))]).toEqual(["a", "a"]);
    expect(loads.map(({ key }) => key)).toEqual(["b"]);
    pass(120);
    await loads[0]?.end();
    expect(served(slotWith("b"))).toBe("b");
    expect(times).toEqual([120]);
    expect(served(slotWith("b"))).toBe("b");
    expect([loads.length, times.length]).toEqual([1, 1]);
  });

  it("begins to load when the manifest is read, for all slots, before a request needs it", () => {
    const { swaps, served, loads } = serving();
    swaps.prepare(manifestOf(slotWith("a")));
    expect(loads).toEqual([]);
    const next = manifestOf(slotWith("b"), slotWith("c", 5));
    swaps.prepare(next);
    swaps.prepare(next);
    expect(loads.map(({ key }) => key)).toEqual(["b", "c"]);
    expect(served(slotWith("b"))).toBe("a");
    expect(loads).toHaveLength(2);
  });

  it("waits for it if the former one is not in memory any more, and in an isolate that just began", () => {
    const { served, loaded } = serving();
    loaded.delete("a");
    expect(served(slotWith("b"))).toBe("b");
    expect(setUp().served(slotWith("z"))).toBe("z");
  });

  it("waits for one that takes too long", () => {
    const { served, pass } = serving();
    served(slotWith("b"));
    pass(MAX_SWAP_MS);
    expect(served(slotWith("b"))).toBe("a");
    pass(1);
    expect(served(slotWith("b"))).toBe("b");
  });

  it("goes on with the former one while the store fails, and tries again each second", async () => {
    const { served, loads, logged, pass } = serving();
    served(slotWith("b"));
    await loads[0]?.end(new Error("R2 is away"));
    expect([served(slotWith("b")), loads.length, logged]).toEqual(["a", 1, ["next_model_not_loaded"]]);
    pass(MAX_SWAP_MS * 3);
    expect(served(slotWith("b"))).toBe("b");
    expect(loads).toHaveLength(2);
    await loads[1]?.end(new Error("R2 is away"));
    expect(served(slotWith("b"))).toBe("a");
  });

  it("leaves a damaged one to the caller, who takes the previous one", async () => {
    const { served, loads } = serving();
    served(slotWith("b"));
    await loads[0]?.end(new EngineError("BAD_ARTIFACT", "cut"));
    expect(served(slotWith("b"))).toBe("b");
  });

  it("returns at once to a model that is still in memory, and to its own if the change is taken back", async () => {
    const { served, loads, loaded } = serving();
    served(slotWith("b"));
    expect(served(slotWith("a"))).toBe("a");
    await loads[0]?.end();
    expect(served(slotWith("b"))).toBe("b");
    expect(loaded.has("a")).toBe(true);
    expect(served(slotWith("a"))).toBe("a");
    expect(loads).toHaveLength(1);
  });
});
