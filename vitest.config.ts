import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.worker.test.ts", "test/e2e/**"],
          globalSetup: ["test/setup/kernels.ts"],
        },
      },
    ],
  },
});
