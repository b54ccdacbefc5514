/** The Worker whose runtime the tests use; the tests build the apps under test themselves. */

export { ProjectMeter } from "#recommend/objects/meter-shell.ts";
export { EventShard } from "./event-shard.ts";
export { ItemShelf } from "./item-shelf.ts";

// biome-ignore lint/style/noDefaultExport: the runtime reads the default export
export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
