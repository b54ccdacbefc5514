/** Apps of AiREC's clients: names with a key, of one account. */
import { and, asc, desc, eq, sql } from "drizzle-orm";
import { airecApp, airecAppUsage } from "#db/airec-schema.ts";
import type { Database } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { webhookEndpoint } from "#db/webhook-schema.ts";
import { sha256Hex, toHex } from "#platform/encoding.ts";
import { permissionDenied } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { WebhookEndpointRow } from "../resources/webhook-endpoint.ts";
import type { Viewer } from "../viewer.ts";
import { batchAndTell, type TellDeps } from "../webhooks/announce.ts";
import { newSecret, shownSecret } from "../webhooks/signing.ts";
import { APP_EVENTS, announcingList, type ListForApp } from "./app-events.ts";

export type AirecApp = typeof airecApp.$inferSelect;
type AirecAppUsage = typeof airecAppUsage.$inferSelect;

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes">;

/** As long as AiREC's keys: 32 hex digits. */
const KEY_BYTES = 16;
const SHOWN_LENGTH = 6;
const KEY_FORM = /^[0-9a-f]{32}$/;
/** Apps of an account. */
const MAX_APPS = 200;

export interface NewApp {
  readonly name: string;
  readonly webhookUrl: string;
}

/**
 * Makes an app; its key is returned this once, and stored as a hash. Names may repeat. Calls to its address are signed with the
 * SHA-256 of the key, which the app can compute.
 */
export async function registerApp(
  deps: Deps,
  viewer: Viewer,
  app: NewApp,
): Promise<{ readonly app: AirecApp; readonly key: string }> {
  const key = toHex(deps.randomBytes(KEY_BYTES));
  const keyHash = await sha256Hex(key);
  const values = { ...app, keyHash, keyPrefix: key.slice(0, SHOWN_LENGTH) };
  return { app: await insertApp(deps, viewer, values, keyHash), key };
}

/** Makes an app without a key, which is only told of events. The secret of its calls is returned this once. */
export async function registerListener(
  deps: Deps,
  viewer: Viewer,
  app: NewApp,
): Promise<{ readonly app: AirecApp; readonly secret: string }> {
  const secret = newSecret(deps.randomBytes);
  return { app: await insertApp(deps, viewer, app, secret), secret: shownSecret(secret) };
}

/** @param secret Signs calls to the address; in hex. */
async function insertApp(
  { db, clock }: Deps,
  viewer: Viewer,
  values: NewApp & { readonly keyHash?: string; readonly keyPrefix?: string },
  secret: string,
): Promise<AirecApp> {
  if (viewer.key) throw permissionDenied("An API key cannot make another key.");
  const now = clock();
  const { accountId } = viewer;
  const hasRoom = sql`(select count(*) from airec_app where owner_id = ${accountId}) < ${MAX_APPS}`;
  const endpoint = {
    ...{ accountId, url: values.webhookUrl, events: APP_EVENTS, secret },
    ...{ createdAt: now, updatedAt: now },
  };
  const app = { ...values, ownerId: accountId, endpointId: sql`last_insert_rowid()`, createdAt: now };
  const [, [row]] = await db.batch([
    insertWhere(db, webhookEndpoint, endpoint, hasRoom),
    insertWhere(db, airecApp, app, hasRoom),
  ]);
  if (row === undefined) throw permissionDenied(`An account has at most ${MAX_APPS} apps.`);
  return row;
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

/** Counts a list that the app got, and sends it to the app's address, too: all of it or nothing. */
export async function countUse(deps: TellDeps, list: ListForApp): Promise<void> {
  const { db } = deps;
  const { appId, now } = list;
  const day = dayOf(now);
  const counts = [
    db
      .update(airecApp)
      .set({ usageCount: sql`${airecApp.usageCount} + 1` })
      .where(eq(airecApp.id, appId)),
    db
      .insert(airecAppUsage)
      .values({ appId, day, lists: 1 })
      .onConflictDoUpdate({
        target: [airecAppUsage.appId, airecAppUsage.day],
        set: { lists: sql`${airecAppUsage.lists} + 1` },
      }),
  ];
  await batchAndTell(deps, counts, { announcements: [announcingList(db, list)] });
}

/** Days of an app's usage in an answer. */
const SHOWN_DAYS = 400;

/** Lists that an app got, by day (UTC), the newest days, in their order; null for an app of another account. */
export async function usageByDay(
  db: Database,
  viewer: Viewer,
  appId: number,
): Promise<{ readonly app: AirecApp; readonly days: readonly AirecAppUsage[] } | null> {
  if (viewer.key) throw permissionDenied("An API key cannot read other keys.");
  const isTheirs = and(eq(airecApp.id, appId), eq(airecApp.ownerId, viewer.accountId));
  const [app] = await db.select().from(airecApp).where(isTheirs);
  if (app === undefined) return null;
  const days = await db
    .select()
    .from(airecAppUsage)
    .where(eq(airecAppUsage.appId, appId))
    .orderBy(desc(airecAppUsage.day))
    .limit(SHOWN_DAYS);
  return { app, days: days.reverse() };
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export interface CalledApp {
  readonly app: AirecApp;
  readonly endpoint: WebhookEndpointRow;
}

/** The account's apps with their addresses, the oldest first. */
export async function appsWithAddresses(db: Database, viewer: Viewer): Promise<CalledApp[]> {
  if (viewer.key) throw permissionDenied("An API key cannot call other apps.");
  return db
    .select({ app: airecApp, endpoint: webhookEndpoint })
    .from(airecApp)
    .innerJoin(webhookEndpoint, eq(webhookEndpoint.id, airecApp.endpointId))
    .where(eq(airecApp.ownerId, viewer.accountId))
    .orderBy(asc(airecApp.id));
}
