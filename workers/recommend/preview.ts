import { WorkerEntrypoint } from "cloudflare:workers";
import type { Preview as PreviewContract } from "#services/preview.ts";
import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";

type Call<Name extends keyof PreviewContract> = Parameters<PreviewContract[Name]>;

/** Answers the management API over its service binding; no route leads here, so callers are already checked. */
export class Preview extends WorkerEntrypoint<RecommendBindings> implements PreviewContract {
  forUser(...call: Call<"forUser">) {
    return this.#previews.forUser(...call);
  }

  forItems(...call: Call<"forItems">) {
    return this.#previews.forItems(...call);
  }

  sample(...call: Call<"sample">) {
    return this.#previews.sample(...call);
  }

  replayed(...call: Call<"replayed">) {
    return this.#previews.replayed(...call);
  }

  ruled(...call: Call<"ruled">) {
    return this.#previews.ruled(...call);
  }

  ruledLists(...call: Call<"ruledLists">) {
    return this.#previews.ruledLists(...call);
  }

  similar(...call: Call<"similar">) {
    return this.#previews.similar(...call);
  }

  people(...call: Call<"people">) {
    return this.#previews.people(...call);
  }

  history(...call: Call<"history">) {
    return this.#previews.history(...call);
  }

  drawPeople(...call: Call<"drawPeople">) {
    return this.#previews.drawPeople(...call);
  }

  listsFor(...call: Call<"listsFor">) {
    return this.#previews.listsFor(...call);
  }

  describeItems(...call: Call<"describeItems">) {
    return this.#previews.describeItems(...call);
  }

  searchItems(...call: Call<"searchItems">) {
    return this.#previews.searchItems(...call);
  }

  titles(...call: Call<"titles">) {
    return this.#previews.titles(...call);
  }

  userIds(...call: Call<"userIds">) {
    return this.#previews.userIds(...call);
  }

  mixed(...call: Call<"mixed">) {
    return this.#previews.mixed(...call);
  }

  checkColumns(...call: Call<"checkColumns">) {
    return this.#previews.checkColumns(...call);
  }

  checkRule(...call: Call<"checkRule">) {
    return this.#previews.checkRule(...call);
  }

  routingChanged(...call: Call<"routingChanged">) {
    return this.#previews.routingChanged(...call);
  }

  recentChanged(...call: Call<"recentChanged">) {
    return this.#previews.recentChanged(...call);
  }

  get #previews(): PreviewContract {
    return compositionOf(this.env).previews;
  }
}
