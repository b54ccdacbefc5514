import type { Context } from "hono";
import { addressGroup } from "#platform/address-group.ts";

/** The address of a request, grouped by customer of a provider. */
export function addressOf(c: Context): string {
  return addressGroup(c.req.header("cf-connecting-ip") ?? "local");
}
