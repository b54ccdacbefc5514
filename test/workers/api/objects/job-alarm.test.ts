import { expect, it } from "vitest";
import { JobAlarm } from "#api/objects/job-alarm.ts";

/** An alarm, and its changes as the storage gets them; null: deleted. */
function createAlarm() {
  const changes: (number | null)[] = [];
  const alarm = new JobAlarm({
    setAlarm: async (at) => void changes.push(Number(at)),
    deleteAlarm: async () => void changes.push(null),
  });
  return { alarm, changes };
}

it("keeps an earlier alarm, sets it again when it rings early, and tells the job when it is due", async () => {
  const { alarm, changes } = createAlarm();
  for (const at of [200, 210, 250, 400]) await alarm.set(at);
  expect(changes).toEqual([200]);
  expect(await alarm.ring(201)).toBe(false);
  expect(changes).toEqual([200, 400]);
  expect(await alarm.ring(400)).toBe(true);
  await alarm.set(1000);
  expect(changes).toEqual([200, 400, 1000]);
});

it("brings an alarm forward, deletes it once, and sets it after that", async () => {
  const { alarm, changes } = createAlarm();
  for (const at of [600, 200, null, null, 300]) await alarm.set(at);
  expect(changes).toEqual([600, 200, null, 300]);
});

it("brings an alarm forward again that rang early and was put off", async () => {
  const { alarm, changes } = createAlarm();
  await alarm.set(200);
  await alarm.set(600);
  await alarm.ring(200);
  await alarm.set(500);
  expect(changes).toEqual([200, 600, 500]);
});

it("an alarm that an earlier object set is the job's, and one without any is deleted all the same", async () => {
  const { alarm, changes } = createAlarm();
  expect(await alarm.ring(200)).toBe(true);
  const other = createAlarm();
  await other.alarm.set(null);
  expect([changes, other.changes]).toEqual([[], [null]]);
});

it("has nothing to delete after it rang", async () => {
  const { alarm, changes } = createAlarm();
  await alarm.set(200);
  expect(await alarm.ring(200)).toBe(true);
  await alarm.set(null);
  expect(changes).toEqual([200]);
});
