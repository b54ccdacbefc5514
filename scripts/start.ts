import { DEFAULT_PORT, DEFAULT_STATE_DIR, StackError, startStack } from "./local-stack.ts";
import { readOptions } from "./read-options.ts";

const values = readOptions(
  {
    options: {
      port: { type: "string", default: String(DEFAULT_PORT) },
      state: { type: "string", default: DEFAULT_STATE_DIR },
      verbose: { type: "boolean", default: false },
    },
  },
  `npm start -- [--port ${DEFAULT_PORT}] [--state DIR] [--verbose]`,
);

try {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StackError(`--port must be between 1 and 65535, not "${values.port}".`);
  }
  const stack = await startStack({
    port,
    stateDir: values.state,
    say: (line) => console.log(line),
    log: (text) => process.stderr.write(values.verbose ? text : errorsOf(text)),
  });
  console.log(`
Edgewise is ready.

  Dashboard   ${stack.url}           sign up: the first account is the administrator
  API         ${stack.url}/api/v1/
  Try it      npm run demo           the whole way from a CSV to recommendations, in this stack; sign up before, or the demo's
                                     account is the administrator (it prints the name and the password)

State is kept in ${values.state}. End with Ctrl-C.
`);
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      stopping = true;
      void stack.stop();
    });
  }
  const code = await stack.ended;
  process.exit(stopping ? 0 : code);
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Of what the Workers print, the lines that tell of trouble. */
function errorsOf(text: string): string {
  return text
    .split("\n")
    .filter((line) => /error|"level":"(warn|error)"/i.test(line))
    .map((line) => `${line}\n`)
    .join("");
}
