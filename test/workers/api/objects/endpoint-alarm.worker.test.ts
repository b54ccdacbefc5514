import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ApiBindings } from "#api/env/bindings.ts";
import { EndpointAlarm } from "#api/objects/endpoint-alarm.ts";
import type { CalledAddress } from "#services/deps.ts";
import type { DriveDeps } from "#services/webhooks/drive-endpoints.ts";

/** Far away, so that it rings in no test. */
const LATER = Date.UTC(2100, 0, 1);

/** Sends nothing, and has a next attempt or none. */
class Recorded extends EndpointAlarm {
  readonly driven: CalledAddress[] = [];
  nextAt: number | null = null;

  protected override async drive(
    address: CalledAddress,
    wakeAddress: DriveDeps["wakeAddress"],
  ): Promise<void> {
    this.driven.push(address);
    if (this.nextAt !== null) await wakeAddress(address, this.nextAt);
  }
}

const ENDPOINT = { kind: "endpoint", id: 7 } as const;

/** In the storage of an object that nothing else uses. */
async function withAlarm(test: (alarm: Recorded, storage: DurableObjectStorage) => Promise<void>) {
  const stub = env.ITEMS.get(env.ITEMS.newUniqueId());
  await runInDurableObject(stub, async (_, state) => {
    await state.storage.deleteAll();
    await test(new Recorded(state, env as unknown as ApiBindings), state.storage);
    await state.storage.deleteAlarm();
    await state.storage.deleteAll();
  });
}

describe("EndpointAlarm", () => {
  it("rings at the time that was wished last, and sends to its endpoint", () =>
    withAlarm(async (alarm, storage) => {
      await alarm.wakeAt(ENDPOINT, LATER);
      await alarm.wakeAt(ENDPOINT, LATER + 5);
      expect(await storage.getAlarm()).toBe(LATER + 5);
      await storage.deleteAlarm();
      await alarm.alarm();
      expect(alarm.driven).toEqual([ENDPOINT]);
    }));

  it("sends to the address of a schedule", () =>
    withAlarm(async (alarm, storage) => {
      await alarm.wakeAt({ kind: "schedule", id: 3 }, LATER);
      await storage.deleteAlarm();
      await alarm.alarm();
      expect(alarm.driven).toEqual([{ kind: "schedule", id: 3 }]);
    }));

  it("is set again while the endpoint waits, and keeps nothing afterwards", () =>
    withAlarm(async (alarm, storage) => {
      await alarm.wakeAt(ENDPOINT, LATER);
      await storage.deleteAlarm();
      alarm.nextAt = LATER + 30_000;
      await alarm.alarm();
      expect(await storage.getAlarm()).toBe(LATER + 30_000);
      await storage.deleteAlarm();
      alarm.nextAt = null;
      await alarm.alarm();
      expect([await storage.getAlarm(), (await storage.list()).size]).toEqual([null, 0]);
      await alarm.alarm();
      expect(alarm.driven).toEqual([ENDPOINT, ENDPOINT]);
    }));
});
