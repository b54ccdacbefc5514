import { createSignal, For, type JSX, Show } from "solid-js";
import type { ScoredItem } from "#contract/model.ts";
import type { ItemRow } from "../../api/item-meta-data.ts";
import { Badge } from "../../components/badge.tsx";
import { formatPercent, formatScore } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { itemFacts } from "../models/item-titles.ts";
import { initialsOf, pictureOf, tileColour } from "./item-picture.ts";

/** An item as a shop would show it, with its place, and why it stands there. */
export function ItemCard(props: {
  itemId: string;
  row: ItemRow | undefined;
  separators: Readonly<Record<string, string | null>>;
  rank?: number;
  scored?: ScoredItem;
  /** The other list does not have it. */
  isOnlyHere?: boolean;
  titleOf: (itemId: string) => string;
  onOpen: () => void;
  onAdd: () => void;
}): JSX.Element {
  const facts = () => itemFacts(props.row, props.separators);
  const title = () => facts().title ?? props.itemId;
  const picture = () => pictureOf(props.row);
  // The address is of a picture, and no fact to read.
  const lines = () => facts().facts.filter((fact) => !fact.startsWith("https://"));
  return (
    <li class="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface">
      <div class="relative">
        <Picture address={picture()} itemId={props.itemId} title={title()} rank={props.rank} />
        <button
          type="button"
          class="absolute inset-0 hover:bg-ink/5"
          aria-label={t("inspect.like", title())}
          title={t("inspect.like", title())}
          onClick={() => props.onOpen()}
        />
      </div>
      <div class="flex min-w-0 flex-1 flex-col gap-1 p-2.5">
        <p class="line-clamp-2 text-sm leading-snug font-medium text-pretty" title={title()}>
          {title()}
        </p>
        <p class="truncate text-xs text-muted">{lines().join(" · ") || props.itemId}</p>
        <Show when={props.scored}>{(item) => <Why item={item()} titleOf={props.titleOf} />}</Show>
        <div class="mt-auto flex items-center justify-between gap-2 pt-1">
          <button
            type="button"
            class="rounded-sm text-xs font-medium text-accent-text hover:underline"
            aria-label={t("inspect.addNamed", title())}
            onClick={() => props.onAdd()}
          >
            {t("inspect.add")}
          </button>
          <Show when={props.isOnlyHere}>
            <Badge tone="accent">{t("inspect.onlyHere")}</Badge>
          </Show>
        </div>
      </div>
    </li>
  );
}

function Picture(props: {
  address: string | null;
  itemId: string;
  title: string;
  rank: number | undefined;
}): JSX.Element {
  const [isBroken, setBroken] = createSignal(false);
  const tile = () => `var(--color-${tileColour(props.itemId)})`;
  return (
    <span class="relative grid aspect-[4/3] place-items-center overflow-hidden bg-sunken">
      <Show
        when={!isBroken() && props.address}
        fallback={
          <span
            class="grid size-full place-items-center text-xl font-semibold"
            style={{ "background-color": `color-mix(in srgb, ${tile()} 16%, transparent)`, color: tile() }}
            aria-hidden="true"
          >
            {initialsOf(props.title)}
          </span>
        }
      >
        {(address) => (
          <img
            src={address()}
            alt=""
            loading="lazy"
            referrerpolicy="no-referrer"
            class="size-full object-cover"
            onError={() => setBroken(true)}
          />
        )}
      </Show>
      <Show when={props.rank}>
        {(rank) => (
          <span class="num absolute top-1.5 left-1.5 rounded-sm bg-surface px-1.5 text-xs font-semibold text-ink shadow-raised">
            {rank()}
          </span>
        )}
      </Show>
    </span>
  );
}

/** The share of each reason, the score, and whether the place was filled. */
function Why(props: { item: ScoredItem; titleOf: (itemId: string) => string }): JSX.Element {
  const reasons = () =>
    (props.item.reasons ?? []).map((reason) => ({
      text: "item_id" in reason ? props.titleOf(reason.item_id) : `${reason.column}: ${reason.value}`,
      share: formatPercent(reason.share),
    }));
  return (
    <>
      <Show when={reasons().length > 0}>
        <div class="text-xs text-muted">
          <p class="text-faint">{t("inspect.because")}</p>
          <ul>
            <For each={reasons()}>
              {({ text, share }) => (
                <li class="flex gap-1.5" title={text}>
                  <span class="min-w-0 flex-1 truncate">{text}</span>
                  <span class="num text-faint">{share}</span>
                </li>
              )}
            </For>
          </ul>
        </div>
      </Show>
      <Show
        when={props.item.filled}
        fallback={<p class="num text-xs text-faint">{t("inspect.score", formatScore(props.item.score))}</p>}
      >
        <p class="text-xs text-faint">{t("inspect.filled")}</p>
      </Show>
    </>
  );
}
