/** The Worker whose runtime the tests run in; they build the apps they test themselves. */
// biome-ignore lint/style/noDefaultExport: the runtime reads the default export
export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
