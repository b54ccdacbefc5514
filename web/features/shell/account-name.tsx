import type { JSX } from "solid-js";
import { Icon } from "../../components/icon.tsx";
import { useSession } from "../auth/session.tsx";

export const ACCOUNT_BUTTON =
  "inline-flex h-8 max-w-44 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-ink";

/** What the button of the account menu shows. */
export function AccountName(): JSX.Element {
  const session = useSession();
  return (
    <>
      <Icon name="user" />
      <span class="truncate max-sm:sr-only">{session.user()?.username}</span>
    </>
  );
}
