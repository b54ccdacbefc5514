/** Which secrets a deployment sends; all three Workers get the same. */

export interface SecretsPlan {
  /** By name; empty when everything stays as it is. */
  readonly send: Readonly<Record<string, string>>;
  /** Those that the account has and is to lose. */
  readonly remove: readonly string[];
  /** What the person at the keyboard should know; null for nothing. */
  readonly warning: string | null;
}

const SECRET = "EDGEWISE_SECRET";
const PREVIOUS = "EDGEWISE_PREVIOUS_SECRETS";

/**
 * EDGEWISE_SECRET of the environment, or a new one at the first deployment, else the account's stays. EDGEWISE_PREVIOUS_SECRETS is sent
 * as given; given empty it is taken away, and left out it stays.
 *
 * @param existing Names of the secrets that the account has.
 */
export function planSecrets(
  env: Readonly<Record<string, string | undefined>>,
  existing: readonly string[],
  newSecret: () => string,
): SecretsPlan {
  const { [SECRET]: given, [PREVIOUS]: previous } = env;
  const isFirst = !existing.includes(SECRET);
  const secret = given || (isFirst ? newSecret() : null);
  const send = { ...(secret && { [SECRET]: secret }), ...(previous && { [PREVIOUS]: previous }) };
  const remove = previous === "" && existing.includes(PREVIOUS) ? [PREVIOUS] : [];
  const mayForget = given && !isFirst && previous === undefined && !existing.includes(PREVIOUS);
  const warning = mayForget
    ? `${SECRET} is given without ${PREVIOUS}. If it is not the one that the account has, all models are refused and all sessions end: ` +
      "give the old one as previous."
    : null;
  return { send, remove, warning };
}

/** A Worker's configuration without the secret that an account need not have; a local stack has it, often empty. */
export function withoutOptionalSecrets(config: string): string {
  return config.replace(`, "${PREVIOUS}"]`, "]");
}
