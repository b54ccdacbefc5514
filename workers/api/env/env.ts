import * as z from "zod";
import { EMBEDDING_MODELS, type EmbeddingModel } from "#contract/embedding-models.ts";
import { isOrigin } from "#contract/origin.ts";
import { BadEnvironment } from "#platform/bad-environment.ts";
import { FLAG_TEXTS, parseFlag } from "#platform/flag.ts";
import { secretsOf } from "#platform/secrets.ts";
import { DEFAULT_QUOTAS, NO_QUOTAS, type Quotas } from "#services/access/quotas.ts";
import {
  DEFAULT_RATES,
  NO_LIMITS,
  RATE_SCOPES,
  type RateLimits,
  type RateScope,
} from "#services/access/rates.ts";
import { DEFAULT_RETENTION, type Retention } from "#services/cron/retention.ts";

/** It is in the repository, so no deployment may use it. */
export const DEVELOPMENT_SECRET = "edgewise-development-secret-do-not-deploy";
const MIN_SECRET_LENGTH = 32;

const flag = (byDefault: boolean) =>
  z
    .enum(FLAG_TEXTS)
    .optional()
    .transform((text) => parseFlag(text, byDefault) ?? byDefault);

/** Origins such as `https://shop.example:8443`, separated by commas. */
const origins = z
  .string()
  .default("")
  .transform((text) => text.split(",").flatMap((origin) => origin.trim() || []))
  .refine((list) => list.every(isOrigin), "must be origins like https://shop.example, separated by commas");

/** Calls a minute, as in `100/min`; `none` for no limit. */
const rate = z
  .string()
  .regex(/^(\d{1,9}(\/(m|min|minute))?|none)$/)
  .optional();

/** A whole number from 1; `none` for no limit. */
const limit = z
  .string()
  .regex(/^([1-9]\d{0,8}|none)$/)
  .optional();

/** A whole number from 1. */
const bytes = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .optional();

/** `postgres://user:password@host:port/database`, optionally with `?sslmode=require`. */
const postgresAddress = z
  .string()
  .regex(/^postgres(ql)?:\/\/[^\s/]+\/[^\s/]+$|^$/, "must be postgres://user:password@host:port/database")
  .optional();

/** The limit in a text, else the default. */
function limitOf(text: string | undefined, byDefault: number | null): number | null {
  if (text === undefined) return byDefault;
  return text === "none" ? null : Number(text);
}

const DEFAULT_RESOLVER = "https://cloudflare-dns.com/dns-query";

const settings = z
  .object({
    EDGEWISE_SECRET: z.string().min(MIN_SECRET_LENGTH),
    EDGEWISE_PREVIOUS_SECRETS: z.string().optional(),
    /** "local" on a developer's machine: the development secret is allowed, and cookies travel over plain http. */
    EDGEWISE_ENVIRONMENT: z.string().default("production"),
    EDGEWISE_ADMIN_USERNAME: z.string().optional(),
    EDGEWISE_ADMIN_PASSWORD: z.string().optional(),
    EDGEWISE_ALLOW_SIGNUP: flag(true),
    EDGEWISE_EXACT_RECOTEM: flag(false),
    EDGEWISE_AIREC_OPEN: z.string().optional(),
    EDGEWISE_ALLOW_PRIVATE_WEBHOOKS: flag(false),
    /** The resolver of names that webhooks go to, by DNS over HTTPS in JSON. */
    EDGEWISE_RESOLVER: z.url({ protocol: /^https?$/ }).default(DEFAULT_RESOLVER),
    EDGEWISE_ALLOWED_ORIGINS: origins,
    EDGEWISE_RATE_ANON: rate,
    EDGEWISE_RATE_USER: rate,
    EDGEWISE_RATE_LOGIN: rate,
    EDGEWISE_RATE_RECOMMENDATION: rate,
    /** As in the trainer: work with more data is cut into tasks. Bytes. */
    EDGEWISE_ISOLATE_FILE_BYTES: bytes,
    EDGEWISE_QUOTA_PROJECTS: limit,
    EDGEWISE_QUOTA_JOBS: limit,
    EDGEWISE_QUOTA_STORAGE_MB: limit,
    EDGEWISE_RETENTION_TASK_LOG_DAYS: limit,
    EDGEWISE_RETENTION_AUDIT_DAYS: limit,
    EDGEWISE_RETENTION_EVENT_DAYS: limit,
    /** Whether the trainer makes vectors of texts; see docs/guides/embeddings.md. */
    EDGEWISE_EMBEDDING_MODEL: z.enum(["", ...(Object.keys(EMBEDDING_MODELS) as EmbeddingModel[])]).optional(),
    /** The connection `default` of PostgreSQL sources; see `platform/postgres-connections.ts`. */
    EDGEWISE_POSTGRES_URL: postgresAddress,
  })
  .superRefine((env, context) => {
    const refuse = (name: string, message: string) =>
      context.addIssue({ code: "custom", path: [name], message });
    if (env.EDGEWISE_ENVIRONMENT !== "local" && env.EDGEWISE_SECRET === DEVELOPMENT_SECRET) {
      refuse("EDGEWISE_SECRET", "must not be the development secret");
    }
    if (env.EDGEWISE_ENVIRONMENT !== "local" && env.EDGEWISE_ALLOW_PRIVATE_WEBHOOKS) {
      refuse("EDGEWISE_ALLOW_PRIVATE_WEBHOOKS", "is for developers' machines");
    }
    if (Boolean(env.EDGEWISE_ADMIN_USERNAME) !== Boolean(env.EDGEWISE_ADMIN_PASSWORD)) {
      refuse("EDGEWISE_ADMIN_PASSWORD", "needs EDGEWISE_ADMIN_USERNAME");
    }
  });

/** Every setting that this Worker reads. */
export const SETTING_NAMES: readonly string[] = Object.keys(settings.shape);

export interface ApiSettings {
  readonly allowSignup: boolean;
  /** Whether webhooks may go to private addresses and over plain http; on a developer's machine only. */
  readonly allowsPrivateWebhooks: boolean;
  /** The address of the resolver of names that webhooks go to. */
  readonly resolver: string;
  readonly rates: RateLimits;
  /** What an account may have. */
  readonly quotas: Quotas;
  readonly retention: Retention;
  /** Whether cookies are sent over https only. */
  readonly secureCookies: boolean;
  /** Other origins of this site: the names that browsers use behind a proxy that rewrites the host name. */
  readonly allowedOrigins: readonly string[];
  /** The account whose projects everybody may reach by AiREC's addresses; null for nobody's. */
  readonly airecOpen: string | null;
  /** Created at the first request if no account has that name. */
  readonly administrator: { readonly username: string; readonly password: string } | null;
}

export interface ParsedEnv {
  /** The secret that signs, then the earlier ones. */
  readonly secrets: readonly [string, ...string[]];
  readonly isLocal: boolean;
  /** Whether answers hold exactly Recotem's fields and texts. */
  readonly exactRecotem: boolean;
  /** Whether Workers AI makes vectors of texts. */
  readonly embedsTexts: boolean;
  /** A dataset with more bytes is worked on in parts; so is one that is larger than an artifact which an isolate reads whole. */
  readonly isolateFileBytes: number;
  readonly settings: ApiSettings;
}

/** The settings of the environment, else the defaults; on a developer's machine there are no limits unless set. */
function ratesOf(env: z.output<typeof settings>, isLocal: boolean): RateLimits {
  const fallback = isLocal ? NO_LIMITS : DEFAULT_RATES;
  const rates = RATE_SCOPES.map((scope): [RateScope, number | null] => {
    const text = env[`EDGEWISE_RATE_${scope.toUpperCase() as Uppercase<RateScope>}`];
    if (text === undefined) return [scope, fallback[scope]];
    return [scope, text === "none" ? null : Number.parseInt(text, 10)];
  });
  return { ...fallback, ...Object.fromEntries(rates) };
}

/** As rates: on a developer's machine there are no limits unless set. */
function quotasOf(env: z.output<typeof settings>, isLocal: boolean): Quotas {
  const fallback = isLocal ? NO_QUOTAS : DEFAULT_QUOTAS;
  return {
    projects: limitOf(env.EDGEWISE_QUOTA_PROJECTS, fallback.projects),
    jobs: limitOf(env.EDGEWISE_QUOTA_JOBS, fallback.jobs),
    storage_mb: limitOf(env.EDGEWISE_QUOTA_STORAGE_MB, fallback.storage_mb),
  };
}

/** Reads the text settings among a Worker's bindings. Throws BadEnvironment. */
export function parseEnv(env: object): ParsedEnv {
  const parsed = settings.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new BadEnvironment(problems.join("; "));
  }
  const { EDGEWISE_ADMIN_USERNAME: username, EDGEWISE_ADMIN_PASSWORD: password } = parsed.data;
  const isLocal = parsed.data.EDGEWISE_ENVIRONMENT === "local";
  return {
    secrets: secretsOf(parsed.data) as [string, ...string[]],
    isLocal,
    exactRecotem: parsed.data.EDGEWISE_EXACT_RECOTEM,
    embedsTexts: Boolean(parsed.data.EDGEWISE_EMBEDDING_MODEL),
    isolateFileBytes: limitOf(parsed.data.EDGEWISE_ISOLATE_FILE_BYTES, null) ?? Number.POSITIVE_INFINITY,
    settings: {
      allowSignup: parsed.data.EDGEWISE_ALLOW_SIGNUP,
      allowsPrivateWebhooks: parsed.data.EDGEWISE_ALLOW_PRIVATE_WEBHOOKS,
      resolver: parsed.data.EDGEWISE_RESOLVER,
      rates: ratesOf(parsed.data, isLocal),
      quotas: quotasOf(parsed.data, isLocal),
      retention: {
        taskLogDays: limitOf(parsed.data.EDGEWISE_RETENTION_TASK_LOG_DAYS, DEFAULT_RETENTION.taskLogDays),
        auditDays: limitOf(parsed.data.EDGEWISE_RETENTION_AUDIT_DAYS, DEFAULT_RETENTION.auditDays),
        eventDays: limitOf(parsed.data.EDGEWISE_RETENTION_EVENT_DAYS, DEFAULT_RETENTION.eventDays),
      },
      secureCookies: !isLocal,
      allowedOrigins: parsed.data.EDGEWISE_ALLOWED_ORIGINS,
      airecOpen: parsed.data.EDGEWISE_AIREC_OPEN || null,
      administrator: username && password ? { username, password } : null,
    },
  };
}
