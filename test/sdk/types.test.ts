import { describe, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { eventRequest, eventsResponse } from "#contract/event.ts";
import type { bulkItem, bulkItemsResponse, itemChanges, itemResponse } from "#contract/item.ts";
import type { recommendRequest, recommendResponse, similarRequest } from "#contract/recommend.ts";
import type { userMergeResponse } from "#contract/user-merge.ts";
import type { userPropertiesRequest, userPropertiesResponse } from "#contract/user-properties.ts";
import type { userTokenResponse } from "#contract/user-token.ts";
import type {
  BulkItem,
  EdgewiseEvent,
  EventsAnswer,
  Item,
  ItemState,
  ItemsAnswer,
  Recommendations,
  RecommendRequest,
  SimilarRequest,
  User,
  UserMerge,
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
    expectTypeOf<Pick<User, "properties">>().toExtend<Sent<z.input<typeof userPropertiesRequest>>>();
    expectTypeOf<BulkItem>().toExtend<Partial<Sent<z.input<typeof bulkItem>>>>();
  });

  it("name every field of the contract", () => {
    expectTypeOf<keyof RecommendRequest>().toEqualTypeOf<keyof z.input<typeof recommendRequest>>();
    expectTypeOf<keyof SimilarRequest>().toEqualTypeOf<keyof z.input<typeof similarRequest>>();
    expectTypeOf<keyof EdgewiseEvent>().toEqualTypeOf<keyof z.input<typeof eventRequest>>();
    expectTypeOf<keyof ItemState>().toEqualTypeOf<keyof z.input<typeof itemChanges>>();
    expectTypeOf<keyof BulkItem>().toEqualTypeOf<keyof z.input<typeof bulkItem>>();
    expectTypeOf<keyof Recommendations>().toEqualTypeOf<keyof z.output<typeof recommendResponse>>();
  });

  it("are those that the contract answers with", () => {
    expectTypeOf<Sent<z.output<typeof recommendResponse>>>().toExtend<Sent<Recommendations>>();
    expectTypeOf<Sent<z.output<typeof eventsResponse>>>().toExtend<Sent<EventsAnswer>>();
    expectTypeOf<Sent<z.output<typeof itemResponse>>>().toExtend<Sent<Item>>();
    expectTypeOf<Sent<z.output<typeof bulkItemsResponse>>>().toExtend<Sent<ItemsAnswer>>();
    expectTypeOf<Sent<z.output<typeof userPropertiesResponse>>>().toExtend<Sent<User>>();
    expectTypeOf<z.output<typeof userMergeResponse>>().toExtend<UserMerge>();
    expectTypeOf<Sent<z.output<typeof userTokenResponse>>>().toExtend<Sent<UserToken>>();
  });
});
