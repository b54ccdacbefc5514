import { DropdownMenu } from "@kobalte/core/dropdown-menu";
import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";

export function AccountMenu(): JSX.Element {
  const session = useSession();
  return (
    <DropdownMenu preventScroll={false} modal={false}>
      <DropdownMenu.Trigger
        class="inline-flex h-8 max-w-44 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink"
        aria-label={t("shell.accountOf", session.user()?.username ?? "")}
      >
        <Icon name="user" />
        <span class="truncate max-sm:sr-only">{session.user()?.username}</span>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="z-50 min-w-44 rounded-md border border-line bg-surface p-1 shadow-overlay">
          <p class="px-2 py-1.5 text-xs text-faint">
            {session.user()?.is_superuser ? t("shell.administrator") : t("shell.signedIn")}
          </p>
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
