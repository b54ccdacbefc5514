import { createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { IconButton } from "../../components/button.tsx";
import { LanguageSwitch } from "../../components/language-switch.tsx";
import { Modal } from "../../components/modal.tsx";
import { ThemeSwitch } from "../../components/theme-switch.tsx";
import { t } from "../../words/words.ts";
import { PlaceList } from "./project-nav.tsx";

/** The places of a project on narrow screens: a button, and a drawer that it opens. */
export function NavDrawer(props: { project: { id: number; name: string } }): JSX.Element {
  const id = createUniqueId();
  const [isOpen, setOpen] = createSignal(false);
  const close = () => setOpen(false);
  return (
    <>
      <IconButton
        icon="menu"
        label={t("shell.openMenu")}
        aria-haspopup="dialog"
        aria-expanded={isOpen()}
        class="md:hidden"
        onClick={() => setOpen(true)}
      />
      <Show when={isOpen()}>
        <Modal
          onClose={close}
          labelledBy={id}
          class="my-0 mr-auto ml-0 h-dvh max-h-none w-[min(18rem,85vw)] border-y-0 border-l-0"
        >
          <div class="flex min-h-full flex-col p-3">
            <div class="mb-3 flex items-center justify-between gap-2">
              <h2 id={id} class="min-w-0 truncate px-2 text-lg font-semibold">
                {props.project.name}
              </h2>
              <IconButton icon="x" label={t("shell.closeMenu")} onClick={close} />
            </div>
            <nav aria-label={t("shell.project")}>
              <PlaceList projectId={props.project.id} onLeave={close} />
            </nav>
            <div class="mt-auto flex items-center justify-between gap-2 pt-4 sm:hidden">
              <LanguageSwitch />
              <ThemeSwitch />
            </div>
          </div>
        </Modal>
      </Show>
    </>
  );
}
