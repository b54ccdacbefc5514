import { defineConfig } from "drizzle-kit";

// biome-ignore lint/style/noDefaultExport: drizzle-kit reads the default export
export default defineConfig({
  dialect: "sqlite",
  schema: "./workers/core/db/schema.ts",
  out: "./migrations",
});
