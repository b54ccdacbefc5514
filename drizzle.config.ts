import { defineConfig } from "drizzle-kit";

// biome-ignore lint/style/noDefaultExport: drizzle-kit reads the default export
export default defineConfig({
  dialect: "sqlite",
  schema: [
    "./workers/core/db/schema.ts",
    "./workers/core/db/retraining-schema.ts",
    "./workers/core/db/rule-schema.ts",
    "./workers/core/db/source-schema.ts",
    "./workers/core/db/column-schema.ts",
    "./workers/core/db/user-merge-schema.ts",
    "./workers/core/db/slot-schema.ts",
    "./workers/core/db/experiment-schema.ts",
    "./workers/core/db/replay-schema.ts",
    "./workers/core/db/airec-schema.ts",
    "./workers/core/db/webhook-schema.ts",
    "./workers/core/db/member-schema.ts",
    "./workers/core/db/audit-schema.ts",
    "./workers/core/db/deletion-schema.ts",
    "./workers/core/db/cron-schema.ts",
    "./workers/core/db/routing-schema.ts",
  ],
  out: "./migrations",
});
