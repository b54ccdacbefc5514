/** Names what a Worker is made of, so that a version that is there already is not uploaded again. */
import { createHash, scryptSync } from "node:crypto";
import { contentHash } from "../stack/content-hash.ts";
import type { RawConfig, Role } from "./deployment.ts";
import type { Settings } from "./plan-settings.ts";

/** All that the bundler can reach from a Worker, and what decides how it bundles. */
const SOURCES: Readonly<Record<Role, readonly string[]>> = {
  recommend: ["workers/recommend", "workers/core", "shared", "package.json", "package-lock.json"],
  api: ["workers/api", "workers/core", "shared", "web/dist", "package.json", "package-lock.json"],
  trainer: ["workers/trainer", "workers/core", "shared", "package.json", "package-lock.json"],
};
const CODE_DIGITS = 12;
const SETTINGS_DIGITS = 8;

export interface Fingerprints {
  code(role: Role, config: RawConfig): string;
  settings(settings: Settings, salt: string): string;
}

/** Those of a real deployment. */
export const fingerprints: Fingerprints = { code: codeFingerprint, settings: settingsFingerprint };

/** @returns Hexadecimal digits, equal for equal sources and an equal configuration. */
function codeFingerprint(role: Role, config: RawConfig): string {
  const hash = createHash("sha256").update(contentHash(SOURCES[role])).update(JSON.stringify(config));
  return hash.digest("hex").slice(0, CODE_DIGITS);
}

/**
 * Names the settings that are sent, without telling them: who sees the tag of a version may see no secret. Slow on purpose.
 *
 * @param salt Differs between deployments.
 */
function settingsFingerprint(settings: Settings, salt: string): string {
  const text = JSON.stringify(Object.entries(settings).sort());
  return scryptSync(text, `edgewise ${salt}`, SETTINGS_DIGITS / 2, { N: 2 ** 15, maxmem: 2 ** 26 }).toString(
    "hex",
  );
}

/** The tag of a version, 25 characters at most, which is what Cloudflare keeps of one. */
export function versionTag(code: string, settings: string): string {
  return `ew-${code}-${settings}`;
}

/** The settings' part of a tag; null where it is none of ours. */
export function settingsOfTag(tag: string | null): string | null {
  return /^ew-[0-9a-f]+-([0-9a-f]+)$/.exec(tag ?? "")?.[1] ?? null;
}
