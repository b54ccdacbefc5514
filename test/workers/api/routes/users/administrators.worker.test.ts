import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { join, type Person, testApi } from "../../../runtime/api.ts";

beforeEach(async () => {
  await env.DB.prepare("delete from user").run();
});

async function administrators(): Promise<number> {
  const row = await env.DB.prepare("select count(*) as n from user where is_staff and is_active").first<{
    n: number;
  }>();
  return row?.n ?? 0;
}

const idOf = (person: Person) => person.session.user.pk;

describe("a deployment keeps an administrator", () => {
  it("when the last one leaves by any route", async () => {
    const api = testApi();
    const admin = await join(api);
    const ways = [
      admin.call("PATCH", `/users/${idOf(admin)}/`, { is_staff: false }),
      admin.call("PATCH", `/users/${idOf(admin)}/`, { is_active: false }),
      admin.call("POST", `/users/${idOf(admin)}/deactivate/`),
      admin.call("POST", "/auth/user/erase/", { password: admin.password }),
    ];
    for (const answer of await Promise.all(ways)) expect([400, 409]).toContain(answer.status);
    expect(await administrators()).toBe(1);
    expect((await admin.call("GET", "/users/")).status).toBe(200);
    expect(await env.DB.prepare("select count(*) as n from deletion where kind = 'ACCOUNT'").first("n")).toBe(
      0,
    );
  });

  it.each(["demote", "deactivate", "erase"])("when two %s each other at once", async (way) => {
    const api = testApi();
    const [one, two] = [await join(api), await join(api)];
    await one.call("PATCH", `/users/${idOf(two)}/`, { is_staff: true });
    const go = (actor: Person, other: Person) => {
      if (way === "demote") return actor.call("PATCH", `/users/${idOf(other)}/`, { is_staff: false });
      return actor.call("POST", `/users/${idOf(other)}/${way}/`);
    };
    await Promise.all([go(one, two), go(two, one), go(one, two), go(two, one)]);
    expect(await administrators()).toBe(1);
  });
});
