import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import { type Accessor, createEffect, createSignal, on, onCleanup } from "solid-js";
import { lookupItems } from "../../api/item-meta-data.ts";
import { loadedData } from "../../components/loaded.tsx";
import { itemFacts } from "./item-titles.ts";

const DEBOUNCE_MS = 180;
const SUGGESTIONS = 10;

export interface Suggestion {
  readonly itemId: string;
  readonly title: string | null;
}

/** Items to choose from while typing: matches in the metadata, if there is some, and always the typed text as an id. */
export function createItemSearch(metaDataId: Accessor<number | null>, chosen: Accessor<readonly string[]>) {
  const [text, setText] = createSignal("");
  const [settled, setSettled] = createSignal("");
  const [active, setActive] = createSignal(0);
  createEffect(
    on(text, (typed) => {
      const timer = setTimeout(() => setSettled(typed.trim()), DEBOUNCE_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  const query = useQuery(() => ({
    queryKey: ["item-search", metaDataId(), settled()],
    queryFn: ({ signal }) => lookupItems(metaDataId() ?? 0, { text: settled(), limit: SUGGESTIONS }, signal),
    enabled: metaDataId() !== null && settled() !== "",
    placeholderData: keepPreviousData,
    reconcile: false as const,
  }));

  const suggestions = (): readonly Suggestion[] => {
    const typed = text().trim();
    if (typed === "") return [];
    const rows = metaDataId() !== null && settled() !== "" ? (loadedData(query) ?? []) : [];
    const found = rows.map((row) => ({ itemId: row.item_id, title: itemFacts(row).title }));
    const asTyped = found.some(({ itemId }) => itemId === typed) ? [] : [{ itemId: typed, title: null }];
    return [...found, ...asTyped].filter(({ itemId }) => !chosen().includes(itemId));
  };

  return {
    text,
    setText: (typed: string) => {
      setText(typed);
      setActive(0);
    },
    suggestions,
    active: () => Math.min(active(), Math.max(0, suggestions().length - 1)),
    move: (step: number) => {
      const count = suggestions().length;
      if (count > 0) setActive((active() + step + count) % count);
    },
  };
}
