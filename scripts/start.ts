import { DEFAULT_PORT, DEFAULT_STATE_DIR } from "./local-stack.ts";
import { readOptions } from "./read-options.ts";
import { keepStack } from "./stack/keep-stack.ts";
import { watchParents } from "./stack/lifeline.ts";
import { devVars } from "./stack/settings.ts";
import { StackError } from "./stack-error.ts";

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
  const options = {
    port,
    stateDir: values.state,
    settings: devVars(),
    say: (line: string) => console.log(line),
    log: (text: string) => process.stderr.write(values.verbose ? text : errorsOf(text)),
  };
  process.exit(
    await keepStack(options, { onReady: ({ url }) => console.log(welcome(url)), listen: watchParents }),
  );
} catch (error) {
  if (!(error instanceof StackError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function welcome(url: string): string {
  return `
Edgewise is ready.

  Dashboard   ${url}           sign up: the first account is the administrator
  API         ${url}/api/v1/
  Try it      npm run demo           the whole way from a CSV to recommendations, in this stack; sign up before, or the demo's
                                     account is the administrator (it prints the name and the password)

State is kept in ${values.state}. End with Ctrl-C.
`;
}

/** Of what the Workers print, the lines that tell of trouble. */
function errorsOf(text: string): string {
  return text
    .split("\n")
    .filter((line) => /error|"level":"(warn|error)"/i.test(line))
    .map((line) => `${line}\n`)
    .join("");
}
