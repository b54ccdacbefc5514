import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import { account, refreshToken } from "#db/schema.ts";
import { openSession } from "#services/access/sessions.ts";
import { makeTokens } from "#services/access/tokens.ts";
import { join, SECRET, testApi } from "../../../runtime/api.ts";

it("forgets the account's expired tokens when it opens a session, and keeps those of open ones", async () => {
  const api = testApi();
  const { db } = api.deps;
  const { session } = await join(api);
  const other = await join(api);
  const [owner] = await db.select().from(account).where(eq(account.id, session.user.pk));
  if (owner === undefined) throw new Error("there is no account");
  const openLater = (seconds: number) => {
    const clock = () => api.deps.clock() + seconds * 1000;
    return openSession({ ...api.deps, clock, tokens: makeTokens(SECRET, clock) }, owner);
  };
  const tokensOf = async (id: number) =>
    (await db.select().from(refreshToken).where(eq(refreshToken.accountId, id))).length;
  await openLater(60);
  expect(await tokensOf(owner.id)).toBe(2);
  await openLater(REFRESH_TOKEN_TTL_S + 30);
  expect(await tokensOf(owner.id)).toBe(2);
  expect(await tokensOf(other.session.user.pk)).toBe(1);
});
