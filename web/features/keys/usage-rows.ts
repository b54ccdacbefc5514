import type { UsageResponse } from "#contract/usage.ts";
import { t } from "../../words/words.ts";

/** What a key used in all days together. */
export interface KeyUsage {
  readonly key: number;
  readonly name: string;
  readonly requests: number;
  readonly limited: number;
  readonly lists: number;
  readonly events: number;
}

type Sums = { -readonly [Field in keyof KeyUsage]: KeyUsage[Field] };

/** One row for each key, the busiest first. */
export function usageRows({ usage }: Pick<UsageResponse, "usage">): KeyUsage[] {
  const rows = new Map<number, Sums>();
  for (const { key, key_name, requests, limited, lists, events } of usage) {
    const name = key_name ?? t("keys.usage.deleted", key);
    const row = rows.get(key) ?? { key, name, requests: 0, limited: 0, lists: 0, events: 0 };
    row.requests += requests;
    row.limited += limited;
    row.lists += lists;
    row.events += events;
    rows.set(key, row);
  }
  return [...rows.values()].sort((a, b) => b.requests - a.requests || a.key - b.key);
}
