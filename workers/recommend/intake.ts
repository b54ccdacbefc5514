import { WorkerEntrypoint } from "cloudflare:workers";
import type { Intake as IntakeContract } from "#services/intake.ts";
import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";

type Call<Name extends keyof IntakeContract> = Parameters<IntakeContract[Name]>;

/** Takes what projects' own databases say, over a service binding of the management API; no route leads here. */
export class Intake extends WorkerEntrypoint<RecommendBindings> implements IntakeContract {
  events(...call: Call<"events">) {
    return this.#intake.events(...call);
  }

  items(...call: Call<"items">) {
    return this.#intake.items(...call);
  }

  users(...call: Call<"users">) {
    return this.#intake.users(...call);
  }

  get #intake(): IntakeContract {
    return compositionOf(this.env).intake;
  }
}
