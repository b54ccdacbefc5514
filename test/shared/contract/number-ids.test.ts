import { describe, expect, it } from "vitest";
import { userErasureRequest } from "../../../shared/contract/deletion.ts";
import { eventRequest } from "../../../shared/contract/event.ts";
import { predictRequest } from "../../../shared/contract/inference.ts";
import { profileRequest } from "../../../shared/contract/model.ts";
import { recommendRequest } from "../../../shared/contract/recommend.ts";
import { userTokenRequest } from "../../../shared/contract/user-token.ts";

/** An id as the client writes it, and as the server's JSON parser reads it; null if it must be refused. */
const written: readonly (readonly [string, string | null])[] = [
  ["7", "7"],
  ["-12", "-12"],
  ["1.5", "1.5"],
  ["0.000123", "0.000123"],
  ["9007199254740991", "9007199254740991"],
  ["9007199254740992", null],
  ["-9007199254740993", null],
  ["1234567890123456789", null],
  ["1e21", null],
  ["1e-7", null],
  ["0.12345678901234567", null],
  ["1e999", null],
];

describe.each(written)("the id %s, sent as a JSON number", (number, text) => {
  const takes = [
    ["an erasure", () => userErasureRequest.safeParse(JSON.parse(`{"user_id":${number}}`)).data?.user_id],
    [
      "a profile",
      () => profileRequest.safeParse(JSON.parse(`{"item_ids":[${number}],"cutoff":3}`)).data?.item_ids[0],
    ],
    ["a prediction", () => predictRequest.safeParse(JSON.parse(`{"user_id":${number}}`)).data?.user_id],
    [
      "a prediction's items",
      () => predictRequest.safeParse(JSON.parse(`{"item_ids":[${number}]}`)).data?.item_ids?.[0],
    ],
  ] as const;
  it.each(takes)(`is ${text ?? "refused"} in %s`, (_name, take) => {
    expect(take() ?? null).toBe(text);
  });
});

it("is refused with a sentence that says what to send", () => {
  const refused = userErasureRequest.safeParse({ user_id: 1e21 });
  expect(refused.error?.issues[0]?.message).toBe(
    "A number of this length loses digits in JSON. Send it as a string, in quotation marks.",
  );
});

describe("an id with half of a character", () => {
  const id = JSON.parse('"a\\ud800"') as string;

  it.each([
    ["a prediction", () => predictRequest.safeParse({ user_id: id })],
    ["an event", () => eventRequest.safeParse({ type: "view", user_id: id, item_id: "1" })],
    ["a user token", () => userTokenRequest.safeParse({ user_id: id })],
    ["a recommendation", () => recommendRequest.safeParse({ exclude: [id] })],
    ["an erasure", () => userErasureRequest.safeParse({ user_id: id })],
  ])("is refused in %s, since it could not be named again", (_, parse) => {
    const { error } = parse();
    expect(error?.issues.map(({ message }) => message)).toEqual([
      "Half of a character is not allowed: a lone surrogate.",
    ]);
  });
});
