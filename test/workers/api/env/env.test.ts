import { describe, expect, it } from "vitest";
import { DEVELOPMENT_SECRET, parseEnv } from "#api/env/env.ts";
import { BadEnvironment } from "#platform/bad-environment.ts";
import { DEFAULT_RATES, NO_LIMITS } from "#services/access/rates.ts";

const SECRET = "x".repeat(32);

describe("parseEnv", () => {
  it("splits previous secrets at the commas, the newest first, each once", () => {
    const env = { EDGEWISE_SECRET: SECRET, EDGEWISE_PREVIOUS_SECRETS: ` older ,,oldest,${SECRET}` };
    expect(parseEnv(env).secrets).toEqual([SECRET, "older", "oldest"]);
    expect(parseEnv({ EDGEWISE_SECRET: SECRET, EDGEWISE_PREVIOUS_SECRETS: "" }).secrets).toEqual([SECRET]);
  });

  it("makes vectors of texts by a model that it knows, and by none unless told", () => {
    const embeds = (name: string) => parseEnv({ EDGEWISE_SECRET: SECRET, EDGEWISE_EMBEDDING_MODEL: name });
    expect(embeds("bge-m3").embedsTexts).toBe(true);
    expect(embeds("").embedsTexts).toBe(false);
    expect(() => embeds("bge-large")).toThrow(BadEnvironment);
  });

  it("takes sign-up as allowed and cookies as secure unless told otherwise", () => {
    expect(parseEnv({ EDGEWISE_SECRET: SECRET, DB: {} })).toEqual({
      secrets: [SECRET],
      isLocal: false,
      embedsTexts: false,
      isolateFileBytes: Number.POSITIVE_INFINITY,
      exactRecotem: false,
      settings: {
        allowSignup: true,
        allowsPrivateWebhooks: false,
        resolver: "https://cloudflare-dns.com/dns-query",
        rates: DEFAULT_RATES,
        secureCookies: true,
        quotas: { projects: 200, jobs: 50, storage_mb: 20_000 },
        retention: { taskLogDays: 90, auditDays: 730, eventDays: 365 },
        allowedOrigins: [],
        airecOpen: null,
        administrator: null,
      },
    });
    const local = {
      EDGEWISE_SECRET: DEVELOPMENT_SECRET,
      EDGEWISE_ENVIRONMENT: "local",
      EDGEWISE_ALLOW_SIGNUP: "false",
    };
    expect(parseEnv(local)).toMatchObject({
      isLocal: true,
      settings: {
        rates: NO_LIMITS,
        allowSignup: false,
        secureCookies: false,
      },
    });
  });

  it.each([
    ["EDGEWISE_SECRET", {}],
    ["EDGEWISE_SECRET", { EDGEWISE_SECRET: "short" }],
    ["EDGEWISE_SECRET", { EDGEWISE_SECRET: DEVELOPMENT_SECRET }],
    ["EDGEWISE_RATE_LOGIN", { EDGEWISE_SECRET: SECRET, EDGEWISE_RATE_LOGIN: "often" }],
    ["EDGEWISE_ALLOW_PRIVATE_WEBHOOKS", { EDGEWISE_SECRET: SECRET, EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: "true" }],
    ["EDGEWISE_ALLOW_SIGNUP", { EDGEWISE_SECRET: SECRET, EDGEWISE_ALLOW_SIGNUP: "perhaps" }],
    ["EDGEWISE_EXACT_RECOTEM", { EDGEWISE_SECRET: SECRET, EDGEWISE_EXACT_RECOTEM: "ture" }],
    ["EDGEWISE_ADMIN_PASSWORD", { EDGEWISE_SECRET: SECRET, EDGEWISE_ADMIN_USERNAME: "admin" }],
  ])("names %s and shows no value when refusing %j", (name, env) => {
    const refused = () => parseEnv(env);
    expect(refused).toThrow(BadEnvironment);
    expect(refused).toThrow(name);
    for (const value of Object.values(env)) expect(refused).not.toThrow(String(value));
  });

  it('limits no account on a developer\'s machine by default, and reads "none" as no limit', () => {
    const local = { EDGEWISE_SECRET: SECRET, EDGEWISE_ENVIRONMENT: "local" };
    const quotasOf = (more: object) => parseEnv({ ...local, ...more }).settings.quotas;
    expect(quotasOf({})).toEqual({ projects: null, jobs: null, storage_mb: null });
    expect(quotasOf({ EDGEWISE_QUOTA_JOBS: "3" })).toMatchObject({ jobs: 3 });
    const keep = { EDGEWISE_SECRET: SECRET, EDGEWISE_RETENTION_AUDIT_DAYS: "none" };
    expect(parseEnv(keep).settings.retention.auditDays).toBeNull();
    expect(() => parseEnv({ ...local, EDGEWISE_QUOTA_PROJECTS: "-1" })).toThrow(/EDGEWISE_QUOTA_PROJECTS/);
  });
});
