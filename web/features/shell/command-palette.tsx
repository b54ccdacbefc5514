import { createEffect, createSignal, createUniqueId, For, type JSX, on, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { Modal } from "../../components/modal.tsx";
import { t } from "../../words/words.ts";
import { type Command, createCommands } from "./create-commands.ts";
import { isPaletteOpen, setPaletteOpen } from "./palette-state.ts";

/** Goes to any page or project and starts actions, by keyboard alone. */
export function CommandPalette(): JSX.Element {
  return (
    <Show when={isPaletteOpen()}>
      <Palette />
    </Show>
  );
}

function Palette(): JSX.Element {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal("");
  const [active, setActive] = createSignal(0);
  const commands = createCommands(typed);
  const current = () => Math.min(active(), Math.max(0, commands().length - 1));

  function run(command: Command | undefined): void {
    if (!command) return;
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
    <Modal
      onClose={() => setPaletteOpen(false)}
      labelledBy={`${id}-title`}
      class="mx-auto mt-[12vh] mb-auto max-h-[80vh] w-[min(36rem,calc(100vw-2rem))] rounded-lg"
    >
      <h2 id={`${id}-title`} class="sr-only">
        {t("palette.title")}
      </h2>
      <div class="flex items-center gap-2 border-b border-line px-3">
        <Icon name="search" class="text-muted" />
        <input
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
    </Modal>
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
