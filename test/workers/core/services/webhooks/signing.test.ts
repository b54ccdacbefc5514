import { describe, expect, it } from "vitest";
import { newSecret, shownSecret, standardHeaders } from "#services/webhooks/signing.ts";

/** The example of Standard Webhooks' own libraries: secret, id, time, body and signature. */
const EXAMPLE = {
  secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  call: { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1614265330, body: '{"test": 2432232314}' },
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const HEX = Buffer.from(EXAMPLE.secret, "base64").toString("hex");

describe("signatures of calls", () => {
  it("are those of Standard Webhooks", async () => {
    expect(await standardHeaders(EXAMPLE.call, [HEX])).toEqual({
      "webhook-id": EXAMPLE.call.id,
      "webhook-timestamp": "1614265330",
      "webhook-signature": EXAMPLE.signature,
    });
  });

  it("are one for each valid secret, with a space between", async () => {
    const headers = await standardHeaders(EXAMPLE.call, ["00".repeat(32), HEX]);
    const [first, second, ...others] = (headers["webhook-signature"] ?? "").split(" ");
    expect([first?.slice(0, 3), second, others]).toEqual(["v1,", EXAMPLE.signature, []]);
    expect(first).not.toBe(second);
  });

  it("have secrets of 32 bytes, shown with their prefix", () => {
    const secret = newSecret((length) => new Uint8Array(length).fill(255));
    expect(secret).toBe("ff".repeat(32));
    expect(shownSecret(HEX)).toBe(`whsec_${EXAMPLE.secret}`);
  });
});
