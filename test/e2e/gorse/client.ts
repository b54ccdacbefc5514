/**
 * Runs Gorse's own TypeScript client against a stack: `node test/e2e/gorse/client.ts FOLDER`, where FOLDER has it from
 * `npm install --prefix FOLDER gorsejs@0.4.8 tslib`. Prints the calls that fail, and how many pass; ends with 1 if one fails.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { createWorld } from "../api-world.ts";
import { CLIENT_STEPS, type Client } from "./client-run.ts";
import { addPeople, createGorseProject } from "./world.ts";

interface Package {
  readonly Gorse: new (options: { readonly endpoint: string; readonly secret: string }) => Client;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder that has gorsejs in its node_modules.");
const { Gorse } = createRequire(resolve(folder, "package.json"))("gorsejs") as Package;

const HOUR_MS = 3_600_000;
const stack = await startTestStack({ settings: {} });
let failed = 0;
try {
  const project = await createGorseProject(await createWorld(stack.url), stack.url);
  await addPeople(project, "own", Date.now() - HOUR_MS);
  await project.train();
  const client = new Gorse({ endpoint: `${stack.url}/gorse`, secret: project.key });
  for (const { name, run } of CLIENT_STEPS) {
    try {
      await run(client);
    } catch (error) {
      failed++;
      console.log(`failed: ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.log(`${CLIENT_STEPS.length - failed} of ${CLIENT_STEPS.length} pass`);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = failed > 0 ? 1 : 0;
