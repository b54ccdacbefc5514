import { expect, it } from "vitest";
import { rememberFor } from "#recommend/memory/short-lived.ts";

function world() {
  let now = 0;
  let stored = "first";
  let held: Promise<void> | null = null;
  const memory = rememberFor(
    1_000,
    () => now,
    async () => {
      const value = stored;
      await held;
      return value;
    },
  );
  return {
    memory,
    pass: (ms: number) => (now += ms),
    change: (value: string) => {
      stored = value;
    },
    hold: () => {
      let release = () => {};
      held = new Promise<void>((done) => {
        release = done;
      });
      return () => {
        held = null;
        release();
      };
    },
  };
}

it("asks again when its time is over, when it is told to, and at once after it forgot", async () => {
  const { memory, pass, change } = world();
  expect(await memory("a")).toBe("first");
  change("second");
  expect(await memory("a")).toBe("first");
  expect(await memory.renewed("a")).toBe("second");
  change("third");
  memory.forget("a");
  expect([memory.knows("a"), await memory("a")]).toEqual([false, "third"]);
  pass(1);
  expect(await memory("a")).toBe("third");
  change("fourth");
  pass(1_000);
  expect(await memory("a")).toBe("fourth");
});

it("does not remember what was on its way when it forgot", async () => {
  const { memory, change, hold, pass } = world();
  const release = hold();
  const late = memory("a");
  change("second");
  memory.forget("a");
  pass(1);
  release();
  expect(await late).toBe("first");
  expect(await memory("a")).toBe("second");
});
