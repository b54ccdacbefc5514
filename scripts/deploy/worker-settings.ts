/** The settings that each Worker reads, and checking those of the environment before anything is sent. */
import { BadEnvironment } from "#platform/bad-environment.ts";
import { DeployProblem } from "./deploy-problem.ts";
import type { RawConfigs, Role } from "./deployment.ts";

interface ApiEnvironment {
  /** Throws `BadEnvironment`. */
  parseEnv(env: object): unknown;
  readonly SETTING_NAMES: readonly string[];
}

// Loaded by address: its types are those of the Workers runtime, and this is Node.
const address = new URL("../../workers/api/env/env.ts", import.meta.url).href;
const { parseEnv, SETTING_NAMES } = (await import(address)) as ApiEnvironment;

type Environment = Readonly<Record<string, string | undefined>>;

/** By Worker: the names of its settings, and the value of those that its configuration sets. */
export function workerSettings(configs: RawConfigs): ReadonlyMap<Role, ReadonlyMap<string, string | null>> {
  const named = (role: "recommend" | "trainer") => {
    const { secrets, vars } = configs[role];
    return new Map<string, string | null>([
      ...(secrets?.required ?? []).map((name): [string, null] => [name, null]),
      ...Object.entries(vars ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
    ]);
  };
  const api = new Map(SETTING_NAMES.map((name): [string, string | null] => [name, null]));
  return new Map([
    ["recommend", named("recommend")],
    ["api", api],
    ["trainer", named("trainer")],
  ]);
}

/** Throws `DeployProblem` for a value with which the Workers would refuse to start. */
export function checkSettings(env: Environment): void {
  const given = SETTING_NAMES.flatMap((name): [string, string][] => (env[name] ? [[name, env[name]]] : []));
  const settings = {
    EDGEWISE_SECRET: "of the right length, for the check alone",
    ...Object.fromEntries(given),
  };
  if (env.EDGEWISE_ENVIRONMENT === "local") {
    throw new DeployProblem(
      "EDGEWISE_ENVIRONMENT is local: that is for developers' machines. Unset it to deploy.",
    );
  }
  try {
    parseEnv(settings);
  } catch (error) {
    if (!(error instanceof BadEnvironment)) throw error;
    throw new DeployProblem(`A setting of the environment cannot be used. ${error.message}`);
  }
}
