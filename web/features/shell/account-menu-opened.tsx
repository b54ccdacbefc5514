import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";
import { ACCOUNT_BUTTON, AccountName } from "./account-name.tsx";

/** Replaces the button of the same look by one with a menu. */
export function AccountMenuOpened(props: { isOpen: boolean; hasFocus: boolean }): JSX.Element {
  const session = useSession();
  return (
    <DropdownMenu preventScroll={false} modal={false} defaultOpen={props.isOpen}>
      <DropdownMenu.Trigger
        ref={(button: HTMLElement) => props.hasFocus && queueMicrotask(() => button.focus())}
        class={ACCOUNT_BUTTON}
        aria-label={t("shell.accountOf", session.user()?.username ?? "")}
      >
        <AccountName />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="z-50 min-w-44 rounded-md border border-line bg-surface p-1 shadow-overlay">
          <p class="px-2 py-1.5 text-xs text-faint">
            {session.user()?.is_superuser ? t("shell.administrator") : t("shell.signedIn")}
          </p>
          <DropdownMenu.Item
            as={A}
            href="/account"
            class="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover"
          >
            <Icon name="user" />
            {t("shell.ownAccount")}
          </DropdownMenu.Item>
          <Show when={session.user()?.is_staff}>
            <DropdownMenu.Item
              as={A}
              href="/accounts"
              class="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover"
            >
              <Icon name="users" />
              {t("shell.accounts")}
            </DropdownMenu.Item>
          </Show>
          <DropdownMenu.Item
            as="a"
            href="/docs/"
            rel="external"
            class="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover"
          >
            <Icon name="code" />
            {t("shell.apiReference")}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            class="flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover"
            onSelect={() => void session.end()}
          >
            <Icon name="signout" />
            {t("shell.signOut")}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}
