import { DurableObject } from "cloudflare:workers";
import type { CalledAddress } from "#services/deps.ts";
import { type DriveDeps, driveEndpoint } from "#services/webhooks/drive-endpoints.ts";
import { driveSchedule } from "#services/webhooks/drive-schedules.ts";
import { compositionOf } from "../composition/composition.ts";
import type { ApiBindings } from "../env/bindings.ts";

/** Under its kind the object keeps the id of its address: an alarm does not say. */
const KINDS = ["endpoint", "schedule"] as const;

/**
 * Sends to one address of webhooks: right after an event, and when a wait after a failure is over. Times and order are those of
 * `driveEndpoint` and `driveSchedule`; what the object knows may be lost without harm, as the cron sends what nobody wakes.
 */
export class EndpointAlarm extends DurableObject<ApiBindings> {
  /** @param at Epoch milliseconds; replaces an earlier wish. */
  async wakeAt({ kind, id }: CalledAddress, at: number): Promise<void> {
    await this.ctx.storage.put(kind, id);
    await this.ctx.storage.setAlarm(at);
  }

  /** A failure is thrown: the platform rings again. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const address = await this.#address();
    if (address === null) return;
    await this.drive(address, (_, at) => storage.setAlarm(at));
    // Another Worker may have set it meanwhile, too.
    if ((await storage.getAlarm()) === null) await storage.deleteAll();
  }

  async #address(): Promise<CalledAddress | null> {
    for (const kind of KINDS) {
      const id = await this.ctx.storage.get<number>(kind);
      if (id !== undefined) return { kind, id };
    }
    return null;
  }

  protected drive({ kind, id }: CalledAddress, wakeAddress: DriveDeps["wakeAddress"]): Promise<void> {
    const { deps } = compositionOf(this.env);
    const driving = { ...deps, ...deps.outbound, wakeAddress };
    return kind === "endpoint" ? driveEndpoint(driving, id) : driveSchedule(driving, id);
  }
}
