import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import type { ItemRow } from "../../api/item-meta-data.ts";
import { INPUT_CLASS } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { createItemSearch } from "./create-item-search.ts";
import { itemFacts } from "./item-titles.ts";

/** Picks several items: a combobox over titles and ids; picked items are removable chips. */
export function ItemPicker(props: {
  metaDataId: number | null;
  chosen: readonly string[];
  rows: ReadonlyMap<string, ItemRow>;
  onChange: (itemIds: readonly string[]) => void;
  label: string;
}): JSX.Element {
  const id = createUniqueId();
  const [isOpen, setOpen] = createSignal(false);
  const search = createItemSearch(
    () => props.metaDataId,
    () => props.chosen,
  );
  const isShown = () => isOpen() && search.suggestions().length > 0;

  function add(itemId: string | undefined): void {
    if (itemId === undefined || props.chosen.includes(itemId)) return;
    props.onChange([...props.chosen, itemId]);
    search.setText("");
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      search.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && isShown()) {
      event.preventDefault();
      add(search.suggestions()[search.active()]?.itemId);
    } else if (event.key === "Escape") {
      setOpen(false);
    } else if (event.key === "Backspace" && search.text() === "") {
      props.onChange(props.chosen.slice(0, -1));
    }
  }

  return (
    <div>
      <label for={id} class="mb-1 block text-sm font-medium">
        {props.label}
      </label>
      <div class="relative">
        <input
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          class={INPUT_CLASS}
          placeholder={props.metaDataId === null ? t("models.picker.id") : t("models.picker.titleOrId")}
          aria-expanded={isShown()}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isShown() ? `${id}-${search.active()}` : undefined}
          value={search.text()}
          onInput={(event) => {
            search.setText(event.currentTarget.value);
            setOpen(true);
          }}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <Show when={isShown()}>
          <div
            id={`${id}-list`}
            role="listbox"
            aria-label={t("models.picker.matching")}
            class="absolute z-20 mt-1 max-h-72 w-full overflow-auto rounded-md border border-line bg-surface p-1 shadow-overlay"
          >
            <For each={search.suggestions()}>
              {(suggestion, index) => (
                // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus and points here.
                // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys.
                <div
                  id={`${id}-${index()}`}
                  role="option"
                  aria-selected={index() === search.active()}
                  class="flex cursor-pointer items-baseline gap-2 rounded-sm px-2 py-1.5 text-sm aria-selected:bg-hover"
                  onPointerDown={(event) => event.preventDefault()}
                  onClick={() => add(suggestion.itemId)}
                >
                  <span class="min-w-0 truncate">
                    {suggestion.title ?? t("models.picker.useId", suggestion.itemId)}
                  </span>
                  <Show when={suggestion.title !== null}>
                    <span class="ml-auto font-mono text-xs text-faint">{suggestion.itemId}</span>
                  </Show>
                </div>
              )}
            </For>
          </div>
        </Show>
      </div>
      <Chips chosen={props.chosen} rows={props.rows} onChange={props.onChange} />
    </div>
  );
}

function Chips(props: {
  chosen: readonly string[];
  rows: ReadonlyMap<string, ItemRow>;
  onChange: (itemIds: readonly string[]) => void;
}): JSX.Element {
  const titleOf = (itemId: string) => itemFacts(props.rows.get(itemId)).title ?? itemId;
  return (
    <ul class="mt-2 flex flex-wrap gap-1.5 empty:hidden" aria-label={t("models.picker.chosen")}>
      <For each={props.chosen}>
        {(itemId) => (
          <li class="flex max-w-full items-center gap-1 rounded-md bg-accent-soft py-0.5 pr-0.5 pl-2 text-sm text-accent-text">
            <span class="truncate">{titleOf(itemId)}</span>
            <button
              type="button"
              class="grid size-6 place-items-center rounded-sm hover:bg-hover"
              aria-label={t("models.picker.remove", titleOf(itemId))}
              onClick={() => props.onChange(props.chosen.filter((other) => other !== itemId))}
            >
              <Icon name="x" class="size-3.5!" />
            </button>
          </li>
        )}
      </For>
    </ul>
  );
}
