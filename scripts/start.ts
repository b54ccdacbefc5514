import { pathToFileURL } from "node:url";
import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "./local-stack.ts";
import { readOptions } from "./read-options.ts";
import { defaultJobs, parseJobs } from "./stack/jobs.ts";
import type { KeeperOptions } from "./stack/keeper.ts";
import { watchParent } from "./stack/lifeline.ts";
import { prepareStack } from "./stack/prepare-stack.ts";
import { devVars } from "./stack/settings.ts";
import { StackError } from "./stack/stack-error.ts";

/** The exit code of a stack that ends before it was ready. */
const INTERRUPTED = 130;

const values = readOptions(
  {
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      state: { type: "string", default: DEFAULT_STATE_DIR },
      jobs: { type: "string", default: String(defaultJobs()) },
      verbose: { type: "boolean", default: false },
    },
  },
  `npm start -- [--port ${DEFAULT_PORT}] [--state DIR] [--jobs ${defaultJobs()}] [--verbose]`,
);

const parent = process.ppid;
watchParent(parent, () => process.exit(INTERRUPTED));
try {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StackError(`--port must be between 1 and 65535, not "${values.port}".`);
  }
  const request = { port, stateDir: values.state, settings: devVars(), jobs: parseJobs(values.jobs) };
  const { keeper, options } = await prepareStack(request, (line) => console.log(line));
  const terminal = { parent, isVerbose: values.verbose, welcome: welcome(port) };
  await become(keeper, JSON.stringify({ ...options, terminal } satisfies KeeperOptions));
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function welcome(port: number): string {
  const url = `http://localhost:${port}`;
  const demo = port === DEFAULT_PORT ? "npm run demo" : `npm run demo -- --port ${port}`;
  return `
Edgewise is ready.

  Dashboard   ${url}           sign up: the first account is the administrator
  API         ${url}/api/v1/
  Try it      ${demo}
              the whole way from a CSV to recommendations, in this stack; sign up before, or the demo's account is the
              administrator (it prints the name and the password)

State is kept in ${values.state}. End with Ctrl-C.
`;
}

/** Goes on as another program: in this process, so that the compiler for TypeScript does not stay in memory. Windows keeps it. */
async function become(program: string, argument: string): Promise<void> {
  const args = [process.execPath, program, argument];
  if (process.execve && process.platform !== "win32") process.execve(process.execPath, args, process.env);
  process.argv = args;
  await import(pathToFileURL(program).href);
}
