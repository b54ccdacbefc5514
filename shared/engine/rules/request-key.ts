/** Names what a node yields for one request, so that requests with the same values share the result. */
import type { BooleanNode, NumberNode, RequestValue } from "./checked.ts";
import type { RequestValues } from "./rule-request.ts";

/** A longer name costs more than it saves. */
const MAX_KEY_LENGTH = 500;

type CountNode = Extract<NumberNode, { readonly kind: "count" }>;

/** What a node reads of a request. */
export interface RequestInputs {
  readonly values: readonly RequestValue[];
  readonly readsTime: boolean;
  readonly counts: readonly CountNode[];
}

const known = new WeakMap<BooleanNode | NumberNode, RequestInputs>();

export function requestInputsOf(node: BooleanNode | NumberNode): RequestInputs {
  let inputs = known.get(node);
  if (inputs === undefined) {
    const found = { values: [], readsTime: false, counts: [] };
    collect(node, found);
    inputs = found;
    known.set(node, inputs);
  }
  return inputs;
}

interface Found {
  readonly values: RequestValue[];
  readonly counts: CountNode[];
  readsTime: boolean;
}

function collect(part: unknown, found: Found): void {
  if (typeof part !== "object" || part === null) return;
  const { kind } = part as { kind?: string };
  if (kind === "now") found.readsTime = true;
  if (kind === "count") found.counts.push(part as CountNode);
  if ("owner" in part) found.values.push(part as RequestValue);
  for (const one of Object.values(part)) collect(one, found);
}

/** Null if there is no short name. The same counts are the same array. */
export function requestKey(node: BooleanNode | NumberNode, request: RequestValues): string | null {
  const { values, readsTime, counts } = requestInputsOf(node);
  let key = node.key;
  if (readsTime) key += `|${request.request.now}`;
  for (const { event, windowMs } of counts) {
    key += `|${numberOf(request.request.counts?.(event, windowMs) ?? null)}`;
  }
  for (const value of values) {
    const raw = request.raw(value);
    key += `|${typeof raw === "number" ? raw : JSON.stringify(raw)}`;
    if (key.length > MAX_KEY_LENGTH) return null;
  }
  return key.length > MAX_KEY_LENGTH ? null : key;
}

const numbers = new WeakMap<object, number>();
let numbered = 0;

/** Tells arrays of counts apart; 0 is none. */
function numberOf(counts: object | null): number {
  if (counts === null) return 0;
  let number = numbers.get(counts);
  if (number === undefined) {
    number = ++numbered;
    numbers.set(counts, number);
  }
  return number;
}
