/** The data plane: answers recommendation requests, read-only on models, and takes events. */
import { orNotConfigured } from "#platform/bad-environment.ts";
import { consoleLogger } from "#platform/logger.ts";
import type { RecommendBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";

export { EventShard } from "./event-shard.ts";
export { Intake } from "./intake.ts";
export { ItemShelf } from "./item-shelf.ts";
export { ProjectMeter } from "./objects/meter-shell.ts";
export { Preview } from "./preview.ts";

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default {
  fetch: (request, env, ctx) =>
    orNotConfigured(consoleLogger, () => compositionOf(env).app.fetch(request, env, ctx)),
} satisfies ExportedHandler<RecommendBindings>;
