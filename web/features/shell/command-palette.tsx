import { Dialog } from "@kobalte/core/dialog";
import { createEffect, createSignal, createUniqueId, For, type JSX, on, onMount, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { type Command, createCommands } from "./create-commands.ts";
import { isPaletteOpen, setPaletteOpen } from "./palette-state.ts";

const PANEL =
  "fixed top-[12vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-lg " +
  "border border-line bg-surface shadow-overlay";

/** Goes to any page or project and starts actions, by keyboard alone. */
export function CommandPalette(): JSX.Element {
  return (
    <Dialog open={isPaletteOpen()} onOpenChange={setPaletteOpen} preventScroll={false}>
      <Dialog.Portal>
        <Dialog.Overlay class="fixed inset-0 z-40 bg-[rgb(8_11_13/0.45)]" />
        <Palette />
      </Dialog.Portal>
    </Dialog>
  );
}

function Palette(): JSX.Element {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal("");
  const [active, setActive] = createSignal(0);
  const commands = createCommands(typed);
  const current = () => Math.min(active(), Math.max(0, commands().length - 1));
  let hasRun = false;
  let input: HTMLInputElement | undefined;
  // At once, so that no key is lost that follows the one that opens the palette.
  onMount(() => input?.focus());

  function run(command: Command | undefined): void {
    if (!command) return;
    hasRun = true;
    setPaletteOpen(false);
    command.run();
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = commands().length;
    if (step !== undefined && count > 0) setActive((current() + step + count) % count);
    else if (event.key === "Enter") run(commands()[current()]);
    else return;
    event.preventDefault();
  }
  createEffect(on(typed, () => setActive(0)));
  createEffect(() => document.getElementById(`${id}-${current()}`)?.scrollIntoView({ block: "nearest" }));
  return (
    // A command leads somewhere else: the focus goes there, and not back to where the palette was opened.
    <Dialog.Content class={PANEL} onCloseAutoFocus={(event) => hasRun && event.preventDefault()}>
      <Dialog.Title class="sr-only">{t("palette.title")}</Dialog.Title>
      <div class="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" class="text-muted" />
        <input
          ref={input}
          type="text"
          role="combobox"
          autocomplete="off"
          class="h-11 w-full min-w-0 bg-transparent text-base text-ink outline-none"
          aria-label={t("palette.title")}
          placeholder={t("palette.placeholder")}
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={commands().length > 0 ? `${id}-${current()}` : undefined}
          value={typed()}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t("palette.title")}
        class="max-h-[50vh] overflow-auto p-1"
      >
        <For each={commands()}>
          {(command, index) => (
            <Row
              id={`${id}-${index()}`}
              command={command}
              isActive={index() === current()}
              onRun={() => run(command)}
            />
          )}
        </For>
      </div>
      <Show when={commands().length === 0}>
        <p class="px-4 pt-1 pb-5 text-sm text-muted" role="status">
          {t("palette.nothing")}
        </p>
      </Show>
    </Dialog.Content>
  );
}

function Row(props: { id: string; command: Command; isActive: boolean; onRun: () => void }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the combobox keeps the focus and points here.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox handles the keys.
    <div
      id={props.id}
      role="option"
      aria-selected={props.isActive}
      class="flex cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-2 text-sm aria-selected:bg-hover"
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => props.onRun()}
    >
      <Icon name={props.command.icon} class="text-muted" />
      <span class="min-w-0 truncate">{props.command.label}</span>
      <span class="ml-auto shrink-0 text-xs text-muted">{t(`palette.kinds.${props.command.kind}`)}</span>
    </div>
  );
}
