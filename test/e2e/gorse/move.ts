/**
 * Runs the commands of docs/guides/from-gorse.md that move data: `node test/e2e/gorse/move.ts`. One project of a stack stands for the
 * running Gorse, another one gets its lines. Needs bash, jq, curl and split. Ends with 1 if users, items or feedback differ.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { createWorld } from "../api-world.ts";
import { addPeople, createGorseProject, type GorseProject } from "./world.ts";

const GUIDE = join(import.meta.dirname, "../../../docs/guides/from-gorse.md");
const [sending = "", dumping = ""] = [...readFileSync(GUIDE, "utf8").matchAll(/```bash\n(.*?)```/gs)].map(
  ([, block]) => block ?? "",
);
const HOUR_MS = 3_600_000;

const all = async ({ send }: GorseProject) =>
  Promise.all(["/users", "/items", "/feedback"].map((path) => send("GET", `${path}?n=1000`)));

const folder = mkdtempSync(join(tmpdir(), "edgewise-move-"));
const stack = await startTestStack({ settings: {} });
try {
  const world = await createWorld(stack.url);
  const from = await createGorseProject(world, stack.url);
  const to = await createGorseProject(world, stack.url);
  await addPeople(from, "own", Date.now() - HOUR_MS);
  await from.send("POST", "/users", [{ UserId: 'it\'s "me"', Labels: ["a b"], Comment: "ü" }]);
  const settings = { URL: stack.url, KEY: to.key, OLD: `${stack.url}/gorse`, OLD_KEY: from.key };
  const run = (script: string) =>
    execFileSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd: folder,
      env: { ...process.env, ...settings },
    }).toString();
  // Pages of ten, so that there are several.
  run(dumping.replaceAll("n=1000", "n=10"));
  console.log(run(sending));
  const [before, after] = [await all(from), await all(to)].map((lists) => JSON.stringify(lists));
  console.log(before === after ? "equal" : `different:\n${before}\n${after}`);
  process.exitCode = before === after ? 0 : 1;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
  rmSync(folder, { recursive: true, force: true });
}
