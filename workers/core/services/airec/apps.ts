/** Apps of AiREC's clients: names with a key, of one account. */
import { desc, eq, sql } from "drizzle-orm";
import { airecApp } from "#db/airec-schema.ts";
import type { Database } from "#db/database.ts";
import { sha256Hex, toHex } from "#platform/encoding.ts";
import { permissionDenied } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { Viewer } from "../viewer.ts";

export type AirecApp = typeof airecApp.$inferSelect;

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes">;

/** As long as AiREC's keys: 32 hex digits. */
const KEY_BYTES = 16;
const SHOWN_LENGTH = 6;
const KEY_FORM = /^[0-9a-f]{32}$/;
/** Apps of an account. */
const MAX_APPS = 200;

/** Makes an app; its key is returned this once, and stored as a hash. Names may repeat. */
export async function registerApp(
  { db, clock, randomBytes }: Deps,
  viewer: Viewer,
  { name, webhookUrl }: { readonly name: string; readonly webhookUrl: string },
): Promise<{ readonly app: AirecApp; readonly key: string }> {
  if (viewer.key) throw permissionDenied("An API key cannot make another key.");
  if ((await listApps(db, viewer)).length >= MAX_APPS)
    throw permissionDenied(`An account has at most ${MAX_APPS} apps.`);
  const key = toHex(randomBytes(KEY_BYTES));
  const values = { keyHash: await sha256Hex(key), keyPrefix: key.slice(0, SHOWN_LENGTH), createdAt: clock() };
  const [app] = await db
    .insert(airecApp)
    .values({ ownerId: viewer.accountId, name, webhookUrl, ...values })
    .returning();
  if (app === undefined) throw new Error("insert returned no row");
  return { app, key };
}

/** Newest first. */
export async function listApps(db: Database, viewer: Viewer): Promise<AirecApp[]> {
  if (viewer.key) throw permissionDenied("An API key cannot read other keys.");
  return db.select().from(airecApp).where(eq(airecApp.ownerId, viewer.accountId)).orderBy(desc(airecApp.id));
}

/** Null for an unknown key. Keys of a closed account stop with it. */
export async function findAppByKey(db: Database, key: string): Promise<AirecApp | null> {
  if (!KEY_FORM.test(key)) return null;
  const isOpen = sql`exists (select 1 from user where user.id = ${airecApp.ownerId} and user.is_active = 1)`;
  const [app] = await db
    .select()
    .from(airecApp)
    .where(sql`${airecApp.keyHash} = ${await sha256Hex(key)} and ${isOpen}`);
  return app ?? null;
}

/** Counts a list that the app got. */
export async function countUse(db: Database, id: number): Promise<void> {
  await db
    .update(airecApp)
    .set({ usageCount: sql`${airecApp.usageCount} + 1` })
    .where(eq(airecApp.id, id));
}
