import { DurableObject } from "cloudflare:workers";
import { type DriveDeps, driveEndpoint } from "#services/webhooks/drive-endpoints.ts";
import { compositionOf } from "../composition/composition.ts";
import type { ApiBindings } from "../env/bindings.ts";

/** Where the object keeps which endpoint it is of: an alarm does not say. */
const ENDPOINT = "endpoint";

/**
 * Sends to one endpoint of webhooks when its wait after a failure is over. Times and order are those of `driveEndpoint`; what the object
 * knows may be lost without harm, as the cron sends what nobody wakes.
 */
export class EndpointAlarm extends DurableObject<ApiBindings> {
  /** @param at Epoch milliseconds; replaces an earlier wish. */
  async wakeAt(endpointId: number, at: number): Promise<void> {
    await this.ctx.storage.put(ENDPOINT, endpointId);
    await this.ctx.storage.setAlarm(at);
  }

  /** A failure is thrown: the platform rings again. */
  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const endpointId = await storage.get<number>(ENDPOINT);
    if (endpointId === undefined) return;
    await this.drive(endpointId, (_, at) => storage.setAlarm(at));
    // Another Worker may have set it meanwhile, too.
    if ((await storage.getAlarm()) === null) await storage.deleteAll();
  }

  protected drive(endpointId: number, wakeEndpoint: DriveDeps["wakeEndpoint"]): Promise<void> {
    const { deps } = compositionOf(this.env);
    return driveEndpoint({ ...deps, ...deps.outbound, wakeEndpoint }, endpointId);
  }
}
