/**
 * Calls every operation of the API's own description with unusual input, and compares each answer with the description. Starts a
 * separate stack with some rows. See README.md in this folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { makeFuzzWorld } from "./fuzz-world.ts";

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];
/** Calls that end their own session: every later call would be 401. */
const SESSION_ENDING = "/(logout|erase|change|change_password|deactivate|reset_password)/$";
/** Calls that may delete what the fuzzer needs: the project with its content, or the account. */
const LAST_TAGS = ["project", "auth", "users"];

const { values } = parseArgs({
  options: {
    examples: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    /** Only this tag. */
    tag: { type: "string" },
  },
});

const stack = await startTestStack({
  settings: { EDGEWISE_ADMIN_USERNAME: "admin", EDGEWISE_ADMIN_PASSWORD: "correct horse battery" },
});
let failed: string[] = [];
try {
  const world = await makeFuzzWorld(stack.url);
  for (const tag of await tagsOf(stack.url)) {
    if (values.tag !== undefined && tag !== values.tag) continue;
    console.log(`\n== ${tag}`);
    if (!(await fuzz(stack.url, tag, await world.token(tag)))) failed = [...failed, tag];
  }
  const crashes = stack.printed().match(/"event":"unhandled".*/g) ?? [];
  for (const line of new Set(crashes)) console.log(line);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
console.log(
  failed.length === 0 ? "\nEvery answer was as described." : `\nNot as described: ${failed.join(", ")}.`,
);
process.exit(failed.length === 0 ? 0 : 1);

async function tagsOf(url: string): Promise<string[]> {
  const document = (await (await fetch(`${url}/api/v1/schema/?format=json`)).json()) as {
    paths: Record<string, Record<string, { tags: string[] }>>;
  };
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))];
  return [...tags].sort((a, b) => LAST_TAGS.indexOf(a) - LAST_TAGS.indexOf(b));
}

async function fuzz(url: string, tag: string, token: string): Promise<boolean> {
  const options = [
    ["--include-tag", tag],
    ["--exclude-path-regex", SESSION_ENDING],
    ["--header", `Authorization: Bearer ${token}`],
    ["--checks", CHECKS.join(",")],
    ["--phases", "examples,coverage,fuzzing"],
    ["--max-examples", values.examples],
    ["--seed", values.seed],
    ["--suppress-health-check", "all"],
    ["--warnings", "off"],
  ].flat();
  const child = spawn("schemathesis", ["run", `${url}/api/v1/schema/?format=json`, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(child, "exit");
  return code === 0;
}
