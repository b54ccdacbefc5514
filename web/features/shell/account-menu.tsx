import { type Component, createSignal, type JSX, Show } from "solid-js";
import { Dynamic } from "solid-js/web";
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";
import { ACCOUNT_BUTTON, AccountName } from "./account-name.tsx";

/** The account's button. The code of its menu comes when somebody reaches for it, or opens it. */
export function AccountMenu(): JSX.Element {
  const session = useSession();
  const [opened, setOpened] = createSignal<Component<{ isOpen: boolean; hasFocus: boolean }>>();
  const [isWanted, setWanted] = createSignal(false);
  let button: HTMLButtonElement | undefined;
  const fetch = () =>
    import("./account-menu-opened.tsx").then(
      ({ AccountMenuOpened }) => setOpened(() => AccountMenuOpened),
      (error: unknown) => {
        console.error(error);
        setWanted(false);
      },
    );
  // The button may be replaced between the press and the release of the mouse.
  function open(): void {
    setWanted(true);
    void fetch();
  }
  return (
    <Show
      when={opened()}
      fallback={
        <button
          ref={button}
          type="button"
          class={ACCOUNT_BUTTON}
          aria-label={t("shell.accountOf", session.user()?.username ?? "")}
          aria-haspopup="menu"
          aria-expanded="false"
          aria-busy={isWanted() || undefined}
          onPointerEnter={() => void fetch()}
          onFocus={() => void fetch()}
          onPointerDown={(event) => event.button === 0 && open()}
          onClick={open}
        >
          <AccountName />
        </button>
      }
    >
      {(menu) => (
        <Dynamic component={menu()} isOpen={isWanted()} hasFocus={document.activeElement === button} />
      )}
    </Show>
  );
}
