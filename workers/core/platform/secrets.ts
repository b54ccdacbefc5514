/** The settings of every Worker that contain its secrets. */
export interface SecretSettings {
  readonly EDGEWISE_SECRET?: string | undefined;
  /** Separated by commas; their signatures are still accepted. */
  readonly EDGEWISE_PREVIOUS_SECRETS?: string | undefined;
}

/** The secret that signs, then the earlier ones. Throws without any. */
export function secretsOf({
  EDGEWISE_SECRET: newest,
  EDGEWISE_PREVIOUS_SECRETS: before,
}: SecretSettings): string[] {
  if (!newest) throw new Error("EDGEWISE_SECRET is not set: nothing can be signed or verified.");
  const previous = (before ?? "").split(",").map((secret) => secret.trim());
  return [newest, ...previous.filter((secret) => secret !== "" && secret !== newest)];
}
