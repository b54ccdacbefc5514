import * as z from "zod";
import { boolean, dateTime, integer, reference, textList } from "./field.ts";
import { KEY_SCOPES, type KeyScope } from "./key-scopes.ts";
import { originList } from "./origin.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

export const NO_SCOPE_TEXT = "At least one scope is required.";

/** The problem with a list of scopes; the text names the `shown` ones. */
function scopesCheck(shown: readonly KeyScope[]) {
  return (scopes: readonly string[]): string | null => {
    if (scopes.length === 0) return NO_SCOPE_TEXT;
    const unknown = scopes.find((scope) => !KEY_SCOPES.some((known) => known === scope));
    const known = shown.map((scope) => `'${scope}'`).join(", ");
    return unknown === undefined ? null : `Invalid scope '${unknown}'. Valid scopes: [${known}]`;
  };
}

/** @param shown The scopes that the refusal of an unknown scope names. */
export const apiKeyRequestOf = (shown: readonly KeyScope[]) =>
  z.object({
    project: reference(),
    name: name256,
    /** A key without scopes can do nothing: Recotem makes such a key when the field is absent, we refuse. */
    scopes: textList<KeyScope>({
      notAList: "Scopes must be a list.",
      max: KEY_SCOPES.length,
      check: scopesCheck(shown),
    }).default([]),
    expires_at: dateTime().nullish(),
    /** A key for pages, which everybody can read: it acts only for the user of a signed token. It stays what it is. */
    is_browser: boolean().optional(),
    /** Of a browser key: origins of pages that may use it; those of the project by default. */
    allowed_origins: originList().optional(),
    /** How many requests of serving the key may send; null for no limit. Each isolate counts for itself. */
    requests_per_second: integer({ min: 1 }).nullish(),
    requests_per_minute: integer({ min: 1 }).nullish(),
  });
export const apiKeyRequest = apiKeyRequestOf(KEY_SCOPES);
export type ApiKeyRequest = z.infer<typeof apiKeyRequest>;

export const apiKeyResponse = z.object({
  id: rowId,
  project: rowId,
  name: z.string(),
  key_prefix: z.string(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  is_active: z.boolean(),
  is_browser: z.boolean().optional(),
  allowed_origins: z.array(z.string()).optional(),
  requests_per_second: z.number().int().nullable().optional(),
  requests_per_minute: z.number().int().nullable().optional(),
  expires_at: timestamp.nullable(),
  last_used_at: timestamp.nullable(),
  ins_datetime: timestamp,
});
export type ApiKeyResponse = z.infer<typeof apiKeyResponse>;

/** `key` is shown only this time. */
export const apiKeyCreatedResponse = z.object({
  id: rowId,
  project: rowId,
  name: z.string(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  is_browser: z.boolean().optional(),
  allowed_origins: z.array(z.string()).optional(),
  requests_per_second: z.number().int().nullable().optional(),
  requests_per_minute: z.number().int().nullable().optional(),
  expires_at: timestamp.nullable(),
  ins_datetime: timestamp,
  key: z.string(),
});
export type ApiKeyCreatedResponse = z.infer<typeof apiKeyCreatedResponse>;
