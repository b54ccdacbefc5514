import { describe, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { eventRequest, eventsResponse } from "#contract/event.ts";
import type { itemChanges, itemResponse } from "#contract/item.ts";
import type { recommendRequest, recommendResponse, similarRequest } from "#contract/recommend.ts";
import type { userTokenResponse } from "#contract/user-token.ts";
import type {
  EdgewiseEvent,
  EventsAnswer,
  Item,
  ItemState,
  Recommendations,
  RecommendRequest,
  SimilarRequest,
  UserToken,
} from "#sdk/types.ts";

/** What may be sent, with lists and objects that only read, and without `undefined` as a value. */
type Sent<T> = T extends readonly (infer U)[]
  ? readonly Sent<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Sent<Exclude<T[K], undefined>> }
    : T;

describe("the types of the SDK", () => {
  it("are those that the contract accepts", () => {
    expectTypeOf<RecommendRequest>().toExtend<Partial<Sent<z.input<typeof recommendRequest>>>>();
    expectTypeOf<SimilarRequest>().toExtend<Partial<Sent<z.input<typeof similarRequest>>>>();
    expectTypeOf<EdgewiseEvent>().toExtend<Sent<z.input<typeof eventRequest>>>();
    expectTypeOf<ItemState>().toExtend<Partial<Sent<z.input<typeof itemChanges>>>>();
  });

  it("name every field of the contract", () => {
    expectTypeOf<keyof RecommendRequest>().toEqualTypeOf<keyof z.input<typeof recommendRequest>>();
    expectTypeOf<keyof SimilarRequest>().toEqualTypeOf<keyof z.input<typeof similarRequest>>();
    expectTypeOf<keyof EdgewiseEvent>().toEqualTypeOf<keyof z.input<typeof eventRequest>>();
    expectTypeOf<keyof ItemState>().toEqualTypeOf<keyof z.input<typeof itemChanges>>();
    expectTypeOf<keyof Recommendations>().toEqualTypeOf<keyof z.output<typeof recommendResponse>>();
  });

  it("are those that the contract answers with", () => {
    expectTypeOf<Sent<z.output<typeof recommendResponse>>>().toExtend<Sent<Recommendations>>();
    expectTypeOf<Sent<z.output<typeof eventsResponse>>>().toExtend<Sent<EventsAnswer>>();
    expectTypeOf<Sent<z.output<typeof itemResponse>>>().toExtend<Sent<Item>>();
    expectTypeOf<Sent<z.output<typeof userTokenResponse>>>().toExtend<Sent<UserToken>>();
  });
});
