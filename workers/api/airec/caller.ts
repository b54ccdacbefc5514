/** Who asks at AiREC's addresses. */
import { and, eq, sql } from "drizzle-orm";
import { account } from "#db/schema.ts";
import { addressGroup } from "#platform/address-group.ts";
import type { RateScope } from "#services/access/rates.ts";
import { ownerOf, type Viewer } from "#services/viewer.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { ApiContext } from "../middleware/context.ts";
import type { RouteDeps } from "../routes/route-deps.ts";
import { refuse } from "./answers.ts";

/** Scopes of API keys; one of them is enough. */
export type NeededScopes = readonly ("read" | "write" | "predict")[];

/**
 * The account of an open deployment for every caller: AiREC's studio sends no token. Otherwise that of a session or an API key.
 * Throws the refusal of a caller who is neither, or whose key may not do this.
 */
export async function airecViewer(deps: RouteDeps, c: ApiContext, scopes: NeededScopes): Promise<Viewer> {
  const { airecOpen } = deps.settings;
  if (airecOpen !== null) {
    await throttleAddress(deps, c, "anon");
    return ownerOf(await accountNamed(deps, airecOpen));
  }
  const caller = await authenticate(deps, c).catch(async (error: unknown) => {
    await throttleAddress(deps, c, "anon");
    throw error;
  });
  await deps.throttle("user", String(caller.account.id));
  const { viewer } = caller;
  const { key } = viewer;
  if (key && !scopes.some((scope) => key.scopes.includes(scope)))
    refuse(403, "This API key may not do that.");
  return viewer;
}

export function throttleAddress(deps: RouteDeps, c: ApiContext, scope: RateScope): Promise<void> {
  return deps.throttle(scope, addressGroup(c.req.header("cf-connecting-ip") ?? "local"));
}

async function accountNamed({ db }: RouteDeps, name: string): Promise<number> {
  const hasName = sql`lower(${account.username}) = ${name.toLowerCase()}`;
  const [row] = await db
    .select({ id: account.id })
    .from(account)
    .where(and(hasName, eq(account.isActive, true)));
  return row?.id ?? refuse(503, "This deployment is open for an account that does not exist.");
}
