import type { Context } from "hono";
import { addressGroup } from "#platform/address-group.ts";

/** Where a request comes from, as one customer of a provider has it. */
export function addressOf(c: Context): string {
  return addressGroup(c.req.header("cf-connecting-ip") ?? "local");
}
