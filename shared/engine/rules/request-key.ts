/** Names what a condition yields for one request, so that requests with the same values share the result. */
import type { BooleanNode, RequestValue } from "./checked.ts";
import type { RequestValues } from "./rule-request.ts";

/** A longer name costs more than it saves. */
const MAX_KEY_LENGTH = 500;

/** The values of the request that a condition reads; null if it also reads the time or event counts. */
const known = new WeakMap<BooleanNode, readonly RequestValue[] | null>();

export function requestValuesOf(node: BooleanNode): readonly RequestValue[] | null {
  let values = known.get(node);
  if (values === undefined) {
    const found: RequestValue[] = [];
    values = collect(node, found) ? found : null;
    known.set(node, values);
  }
  return values;
}

/** @returns False for a part that differs even where the values are the same. */
function collect(part: unknown, found: RequestValue[]): boolean {
  if (typeof part !== "object" || part === null) return true;
  if (Array.isArray(part)) return part.every((one) => collect(one, found));
  const { kind } = part as { kind?: string };
  if (kind === "now" || kind === "count") return false;
  if ("owner" in part) found.push(part as RequestValue);
  return Object.values(part).every((one) => collect(one, found));
}

/** Null if there is no short name. */
export function requestKey(node: BooleanNode, request: RequestValues): string | null {
  const values = requestValuesOf(node);
  if (values === null) return null;
  let key = node.key;
  for (const value of values) {
    const raw = request.raw(value);
    key += `|${typeof raw === "number" ? raw : JSON.stringify(raw)}`;
    if (key.length > MAX_KEY_LENGTH) return null;
  }
  return key;
}
