import { describe, expect, it } from "vitest";
import { accountOf, tokenOf } from "#scripts/deploy/credentials.ts";

const listed = (body: unknown) => async () => Response.json(body);
const never = () => Promise.reject(new Error("asked"));

describe("the account of a deployment", () => {
  it("is that of the environment, else that of wrangler.toml", async () => {
    expect(await accountOf({ CLOUDFLARE_ACCOUNT_ID: "given" }, "configured", never)).toBe("given");
    expect(await accountOf({}, "configured", never)).toBe("configured");
  });

  it("is the only one that the credentials have", async () => {
    expect(
      await accountOf({}, undefined, listed({ success: true, result: [{ id: "a", name: "Acme" }] })),
    ).toBe("a");
  });

  it("must be named if there are several", async () => {
    const result = [
      { id: "a", name: "Acme" },
      { id: "b", name: "Shop" },
    ];
    const asked = accountOf({}, undefined, listed({ success: true, result }));
    await expect(asked).rejects.toThrow("Set CLOUDFLARE_ACCOUNT_ID to one of:\n  a  Acme\n  b  Shop");
  });

  it("is not guessed where the credentials are refused", async () => {
    const errors = [{ code: 9109, message: "Invalid access token" }];
    const asked = accountOf({}, undefined, listed({ success: false, errors, result: null }));
    await expect(asked).rejects.toThrow("(Invalid access token [code: 9109])");
  });
});

it("takes the token of the environment before that of a person who is logged in", () => {
  expect(tokenOf({ CLOUDFLARE_API_TOKEN: "given" })).toBe("given");
});
