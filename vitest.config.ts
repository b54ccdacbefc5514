import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { COMPILED_DIR } from "./scripts/build/root.ts";
import { keepTemporaryFilesInMemory } from "./scripts/memory-folder.ts";

// Processes of tests, and the threads and programs that they start, find their modules compiled and without types.
process.env.NODE_COMPILE_CACHE ??= COMPILED_DIR;
keepTemporaryFilesInMemory();

/**
 * Node imports the modules itself, and strips their types. Vite would transform each for its own runner, whose imports are looked up
 * at every use. `vi.mock` needs that runner; effects are arguments here, so no test needs `vi.mock`.
 */
const importedByNode = { viteModuleRunner: false, nodeLoader: false } as const;

/** Longest first, seconds on a busy machine with two cores: a long file that begins last keeps the others waiting. */
const FAULT_FILES = [
  "faults", // 420
  "erasure-faults", // 325
  "local-stack", // 225
  "compute-faults", // 215
  "webhook-faults", // 105
  "postgres-source", // 105
  "model-replay", // 100
  "event-retraining", // 87
  "cold-start", // 80
  "written-tables", // 59
  "event-faults", // 58
  "sharded-ingestion", // 55
  "secret-rotation", // 53
  "airec", // 46
  "recotem-pages", // 32
  "airec-studio", // 26
  "recotem-sockets", // 20
  "next-item", // 13
  "gorse", // 11
].map((name) => `test/e2e/${name}.e2e.ts`);

/** Files begin in the order of `FAULT_FILES`, others in the order of vitest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) =>
      FAULT_FILES.findIndex((path) => moduleId.endsWith(`/${path}`));
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/**
 * Ends a test or a hook that hangs. No test is about time, and the suites run beside each other on two cores: what takes a second alone
 * takes many there.
 */
const GUARDS = { testTimeout: 300_000, hookTimeout: 300_000 } as const;

/** `expect.poll` waits this long for what must come: a guard, with room for a busy machine. */
const PATIENT = { poll: { timeout: 60_000 } } as const;

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    // vitest leaves a core free, and a machine with two cores then runs one file after another.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "pure",
          expect: PATIENT,
          experimental: importedByNode,
          // Starting a process and its modules for each of many files takes longer than their tests.
          isolate: false,
          ...GUARDS,
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.worker.test.ts", "test/e2e/**"],
          globalSetup: ["test/setup/kernels.ts"],
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: "test/workers/runtime/worker.ts",
            miniflare: {
              compatibilityDate: "2026-10-20",
              compatibilityFlags: ["nodejs_compat"],
              d1Databases: ["DB"],
              r2Buckets: ["STORE"],
              kvNamespaces: ["ROUTING"],
              durableObjects: {
                EVENTS: { className: "EventShard", useSQLite: true },
                ITEMS: { className: "ItemShelf", useSQLite: true },
                METERS: { className: "ProjectMeter", useSQLite: true },
              },
              bindings: {
                MIGRATIONS: await readD1Migrations("migrations"),
                // The runtime's `process.env` has what is bound.
                EDGEWISE_CASES: process.env.EDGEWISE_CASES ?? "",
              },
            },
          })),
        ],
        test: {
          name: "workers",
          expect: PATIENT,
          // Files share a runtime and its modules; `apply-migrations.ts` empties its stores before each file.
          isolate: false,
          ...GUARDS,
          include: ["test/**/*.worker.test.ts"],
          setupFiles: ["test/workers/runtime/apply-migrations.ts"],
        },
      },
      {
        test: {
          name: "deploy",
          expect: PATIENT,
          experimental: importedByNode,
          // Each process loads Wrangler to read the configurations.
          isolate: false,
          include: ["test/e2e/deploy/*.e2e.ts"],
          globalSetup: ["test/setup/kernels.ts", "test/setup/dashboard.ts"],
          ...GUARDS,
        },
      },
      {
        test: {
          name: "browser",
          expect: PATIENT,
          include: [
            "test/e2e/main-path.e2e.ts",
            "test/e2e/management.e2e.ts",
            "test/e2e/live-pages.e2e.ts",
            "test/e2e/model-pages.e2e.ts",
            "test/e2e/new-project.e2e.ts",
            "test/e2e/team.e2e.ts",
            "test/e2e/words.e2e.ts",
            "test/e2e/films.e2e.ts",
            "test/e2e/api-reference.e2e.ts",
            "test/e2e/beacon.e2e.ts",
            "test/e2e/example-pages.e2e.ts",
            "test/e2e/queue-page.e2e.ts",
          ],
          // One stack on few cores: a file at a time, in one process.
          fileParallelism: false,
          isolate: false,
          globalSetup: ["test/setup/kernels.ts", "test/setup/browser-stack.ts"],
          ...GUARDS,
        },
      },
      {
        test: {
          name: "faults",
          expect: PATIENT,
          include: FAULT_FILES,
          // Each file has stacks of its own, and waits most of its time. Nothing else is left of it, so files share processes.
          isolate: false,
          globalSetup: ["test/setup/kernels.ts"],
          ...GUARDS,
        },
      },
    ],
  },
});
