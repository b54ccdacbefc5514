import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ROOT } from "../build/root.ts";

export type Settings = Readonly<Record<string, string>>;

/** What the Workers get: the stack's secret, then EDGEWISE_… variables of the environment, then what the caller adds; the last wins. */
export function settingsOf(secret: string, extra: Settings): Settings {
  return {
    EDGEWISE_SECRET: secret,
    EDGEWISE_PREVIOUS_SECRETS: "",
    EDGEWISE_ENVIRONMENT: "local",
    ...ours(process.env),
    ...extra,
  };
}

/** Settings of the file `.dev.vars`, without those that the environment has, which wins. */
export function devVars(): Settings {
  const file = join(ROOT, ".dev.vars");
  if (!existsSync(file)) return {};
  const settings = Object.entries(ours(parseEnv(readFileSync(file, "utf8"))));
  return Object.fromEntries(settings.filter(([name]) => process.env[name] === undefined));
}

function ours(values: NodeJS.Dict<string>): Settings {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[0].startsWith("EDGEWISE_") && entry[1] !== undefined,
  );
  return Object.fromEntries(given);
}
