import { expect, it } from "vitest";
import { createGroupCommit } from "#jobs/event-shard/group-commit.ts";

/** Waits and commits end when the test says so. */
function world() {
  const groups: number[][] = [];
  const waits: (() => void)[] = [];
  const ends: { done: () => void; fail: (error: Error) => void }[] = [];
  const join = createGroupCommit<number, number>({
    commit: (items) => {
      groups.push([...items]);
      return new Promise((done, fail) =>
        ends.push({ done: () => done(items.map((item) => item * 10)), fail }),
      );
    },
    wait: () => new Promise((done) => waits.push(done)),
    keep: () => undefined,
  });
  const settle = () => new Promise((done) => setImmediate(done));
  return { groups, waits, ends, join, settle };
}

it("a commit takes together what arrives while it waits, and answers each", async () => {
  const { groups, waits, ends, join, settle } = world();
  const answers = Promise.all([join(1), join(2), join(3)]);
  waits[0]?.();
  await settle();
  expect(groups).toEqual([[1, 2, 3]]);
  ends[0]?.done();
  expect(await answers).toEqual([10, 20, 30]);
});

it("a commit does not begin before the previous one has ended", async () => {
  const { groups, waits, ends, join, settle } = world();
  const first = join(1);
  waits[0]?.();
  await settle();
  const second = join(2);
  waits[1]?.();
  await settle();
  const third = join(3);
  await settle();
  expect(groups).toEqual([[1]]);
  ends[0]?.done();
  await settle();
  expect(groups).toEqual([[1], [2, 3]]);
  ends[1]?.done();
  expect(await Promise.all([first, second, third])).toEqual([10, 20, 30]);
});

it("a failed group refuses its own callers alone", async () => {
  const { waits, ends, join, settle } = world();
  const first = join(1);
  waits[0]?.();
  await settle();
  const second = join(2);
  waits[1]?.();
  ends[0]?.fail(new Error("disk"));
  await expect(first).rejects.toThrow("disk");
  await settle();
  ends[1]?.done();
  expect(await second).toBe(20);
});
