import { type Accessor, For, type JSX, Show } from "solid-js";
import type { ScoredItem } from "#contract/model.ts";
import type { ItemRow } from "../../api/item-meta-data.ts";
import { formatScore } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { itemFacts } from "./item-titles.ts";

/** A ranked list: title where one is known, id always, and the score as figure and bar. */
export function RecommendationList(props: {
  items: readonly ScoredItem[];
  rows: Accessor<ReadonlyMap<string, ItemRow>>;
  /** What divides the values of a column of the item table, by its name. */
  separators?: Readonly<Record<string, string | null>>;
  /** Why an item is in the list, as one line; null if nothing is known. */
  why?: (item: ScoredItem) => string | null;
}): JSX.Element {
  const top = () => props.items[0]?.score ?? 0;
  const widthOf = (score: number) => (top() > 0 ? Math.max(0, score / top()) : 0);
  return (
    <ol class="divide-y divide-line" aria-label={t("models.tryOut.recommendations")}>
      <For
        each={props.items}
        fallback={<li class="px-4 py-6 text-sm text-muted">{t("models.tryOut.nothingLeft")}</li>}
      >
        {(item, index) => {
          const facts = () => itemFacts(props.rows().get(item.item_id), props.separators);
          return (
            <li class="grid grid-cols-[1.5rem_minmax(0,1fr)_4.5rem] items-center gap-3 px-4 py-2">
              <span class="num text-right text-sm text-faint">{index() + 1}</span>
              <div class="min-w-0">
                <p class="truncate text-sm font-medium">{facts().title ?? item.item_id}</p>
                <Show when={facts().title !== null}>
                  <p class="truncate text-xs text-muted">
                    <span class="font-mono">{item.item_id}</span>
                    <For each={facts().facts}>{(fact) => <> · {fact}</>}</For>
                  </p>
                </Show>
                <Show when={props.why?.(item)}>
                  {(text) => <p class="text-xs text-faint text-pretty break-words">{text()}</p>}
                </Show>
              </div>
              <div>
                <p class="num text-right text-xs text-muted">{formatScore(item.score)}</p>
                <span class="mt-1 block h-1 overflow-hidden rounded-full bg-hover" aria-hidden="true">
                  <span
                    class="block h-full rounded-full bg-series-1"
                    style={{ width: `${widthOf(item.score) * 100}%` }}
                  />
                </span>
              </div>
            </li>
          );
        }}
      </For>
    </ol>
  );
}
