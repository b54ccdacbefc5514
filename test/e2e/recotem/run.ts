/**
 * Runs the checker of a recording of Recotem against a stack of its own, with exact answers and without rate limits:
 *
 *   node test/e2e/recotem/run.ts FOLDER [--python PATH]
 *
 * FOLDER has `recotem_scenario.py`; the Python needs requests and websocket-client. Prints what the checker prints; ends with 1 if an
 * exchange differs without a known reason.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { signUp } from "#cli/demo/api-client.ts";
import { removeState, startTestStack } from "../../setup/stack.ts";
import { KNOWN_DIFFERENCES } from "./known-differences.ts";

const { values, positionals } = parseArgs({
  options: { python: { type: "string", default: "python3" } },
  allowPositionals: true,
});
const [folder = process.env.EDGEWISE_RECOTEM ?? ""] = positionals;
if (folder === "") throw new Error("Name the folder of the recording, or set EDGEWISE_RECOTEM.");

const ADMIN = { name: "admin", password: "walnut-Harbor-27" };
const OTHER = { name: "user_b", password: "basil-Lantern-63" };
const settings = {
  EDGEWISE_EXACT_RECOTEM: "true",
  EDGEWISE_ADMIN_USERNAME: ADMIN.name,
  EDGEWISE_ADMIN_PASSWORD: ADMIN.password,
  ...Object.fromEntries(
    ["ANON", "USER", "LOGIN", "RECOMMENDATION"].map((of) => [`EDGEWISE_RATE_${of}`, "none"]),
  ),
};

/** The lines that the checker prints, and the exchanges that differ, as `group/name`. */
function check(url: string): Promise<{ readonly total: string; readonly different: readonly string[] }> {
  const accounts = {
    ...{ ADMIN_USER: ADMIN.name, ADMIN_PASSWORD: ADMIN.password },
    ...{ USER_B: OTHER.name, USER_B_PASSWORD: OTHER.password },
  };
  return new Promise((resolve, reject) => {
    const checker = spawn(values.python, [join(folder, "recotem_scenario.py"), "check", url], {
      cwd: folder,
      env: { ...process.env, ...accounts, PYTHONDONTWRITEBYTECODE: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    checker.stdout.setEncoding("utf8");
    checker.stdout.on("data", (text: string) => {
      printed += text;
      process.stdout.write(text);
    });
    checker.once("error", reject);
    checker.once("close", () => {
      const total = /^total .*$/m.exec(printed)?.[0];
      if (total === undefined) return reject(new Error("The checker did not come to its end."));
      const found = [
        ...printed.matchAll(/^DIFF (\S+\/.*) (?:status|response_body|response_headers|missing)$/gm),
      ];
      resolve({ total, different: [...new Set(found.map(([, name = ""]) => name))] });
    });
  });
}

const stack = await startTestStack({ settings });
let unexplained: readonly string[] = [];
try {
  await signUp(stack.url, OTHER.name, OTHER.password);
  const { different } = await check(stack.url);
  unexplained = different.filter((name) => !(name in KNOWN_DIFFERENCES));
  const known = different.length - unexplained.length;
  process.stdout.write(
    `${different.length} differ: ${known} for a known reason, ${unexplained.length} without\n`,
  );
  for (const name of different)
    process.stdout.write(`  ${name}: ${KNOWN_DIFFERENCES[name] ?? "NO REASON KNOWN"}\n`);
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}
process.exitCode = unexplained.length > 0 ? 1 : 0;
