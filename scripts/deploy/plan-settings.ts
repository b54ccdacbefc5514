/**
 * Which settings a deployment sends. Every EDGEWISE_… variable that .dev.vars.example lists and the environment has goes to the Workers
 * that read it, as a secret. Those stay from version to version until they are given again.
 */
import { DeployProblem } from "./deploy-problem.ts";
import type { Role } from "./deployment.ts";

export const SECRET = "EDGEWISE_SECRET";
export const PREVIOUS = "EDGEWISE_PREVIOUS_SECRETS";

export type Settings = Readonly<Record<string, string>>;

export interface SettingsPlan {
  /** By Worker; empty when everything stays as it is. */
  readonly send: ReadonlyMap<Role, Settings>;
  /** By Worker: those that it has and is to lose. */
  readonly remove: ReadonlyMap<Role, readonly string[]>;
  /** What the person at the keyboard should know; null for nothing. */
  readonly warning: string | null;
}

export interface SettingsNow {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By Worker: the settings that its code reads, and the value of those that its configuration sets. */
  readonly reads: ReadonlyMap<Role, ReadonlyMap<string, string | null>>;
  /** By Worker: names of the secrets that it has; empty for one that is not there yet. */
  readonly has: ReadonlyMap<Role, readonly string[]>;
  /** Names that an interrupted run began to send. */
  readonly unsent: readonly string[];
  /** Whether the deployment has once been complete. */
  readonly finished: boolean;
}

/**
 * EDGEWISE_SECRET of the environment, or a new one at the first deployment, else the account's stays. A setting given empty is taken
 * away, one left out stays. Throws `DeployProblem` where Workers lack a value that nobody can read.
 */
export function planSettings(now: SettingsNow, newSecret: () => string): SettingsPlan {
  const roles = [...now.reads.keys()];
  const having = roles.filter((role) => now.has.get(role)?.includes(SECRET));
  const given = now.env[SECRET] || null;
  const isNew =
    given === null && (stoppedAtFirst(now) || (having.length < roles.length && mayDraw(now, roles, having)));
  requireUnsent(now, isNew);
  const secret = given ?? (isNew ? newSecret() : null);
  const values: SettingsNow["env"] = { ...now.env, [SECRET]: secret ?? undefined };
  const send = new Map<Role, Settings>();
  const remove = new Map<Role, string[]>();
  for (const [role, reads] of now.reads) {
    const has = now.has.get(role) ?? [];
    const named = [...reads].filter(([name]) => values[name] !== undefined);
    // One that the configuration sets falls back to that value: its variable could not take the place of a secret.
    const sent = named.flatMap(([name, byDefault]): [string, string][] => {
      const value = values[name] || (has.includes(name) ? byDefault : null);
      return value ? [[name, value]] : [];
    });
    send.set(role, Object.fromEntries(sent));
    const emptied = named.filter(([name, byDefault]) => values[name] === "" && byDefault === null);
    remove.set(
      role,
      emptied.map(([name]) => name).filter((name) => has.includes(name)),
    );
  }
  return { send, remove, warning: warningOf(now, given, having) };
}

/** A first run has drawn a secret and stopped before all Workers had it for certain. */
function stoppedAtFirst({ finished, unsent }: SettingsNow): boolean {
  return !finished && unsent.includes(SECRET);
}

function mayDraw(now: SettingsNow, roles: readonly Role[], having: readonly Role[]): boolean {
  // Before the first deployment is complete nothing has been signed: all Workers get a new one.
  if (having.length === 0 || !now.finished) return true;
  const lacking = roles.filter((role) => !having.includes(role)).join(" and ");
  throw new DeployProblem(
    `The Worker ${lacking} has no ${SECRET}, and that of the others cannot be read. Give it: ${SECRET}=… npm run deploy. ` +
      `If it is lost, give a new one: sessions end, and models must be trained again.`,
  );
}

function requireUnsent({ unsent, env }: SettingsNow, isNew: boolean): void {
  const lacking = unsent.filter((name) => env[name] === undefined && !(name === SECRET && isNew));
  if (lacking.length === 0) return;
  throw new DeployProblem(
    `An earlier run stopped while it changed ${lacking.join(", ")}: some Workers may have the new value and some the old. ` +
      "Give the same values again.",
  );
}

function warningOf({ env, has }: SettingsNow, given: string | null, having: readonly Role[]): string | null {
  const hasPrevious = having.some((role) => has.get(role)?.includes(PREVIOUS));
  if (given === null || having.length === 0 || env[PREVIOUS] !== undefined || hasPrevious) return null;
  return (
    `${SECRET} is given without ${PREVIOUS}. If it is not the one that the account has, all models are refused and all sessions end: ` +
    "give the old one as previous."
  );
}
