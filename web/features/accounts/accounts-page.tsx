import { createSignal, For, type JSX, Show } from "solid-js";
import type { AccountResponse } from "#contract/user.ts";
import { Ago } from "../../components/ago.tsx";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatDay } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { CELL, NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { useSession } from "../auth/session.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import { AccountForm } from "./account-form.tsx";
import { type Accounts, createAccounts } from "./create-accounts.ts";
import { ResetPassword } from "./reset-password.tsx";

const HEAD = [
  { label: "Username" },
  { label: "E-mail", wide: true },
  { label: "Role" },
  { label: "Status" },
  { label: "Last signed in", numeric: true },
  { label: "Joined", numeric: true, wide: true },
  { label: "Actions", hidden: true },
] as const;

export function AccountsPage(): JSX.Element {
  const session = useSession();
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-6xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader
          title="Accounts"
          description="The people who can sign in here. Deactivating an account ends its sessions and keys at once."
          back={{ href: "/projects", label: "Projects" }}
        />
        <Show
          when={session.user()?.is_staff}
          fallback={<Notice tone="warn" title="Accounts are managed by administrators." />}
        >
          <AccountList ownId={session.user()?.pk ?? 0} />
        </Show>
      </main>
    </>
  );
}

function AccountList(props: { ownId: number }): JSX.Element {
  const accounts = createAccounts();
  return (
    <div class="space-y-4">
      <AccountForm accounts={accounts} />
      <Loaded query={accounts.query} what="the accounts">
        {(list) => (
          <Card title="Accounts" flush>
            <Table caption="Accounts" head={HEAD}>
              <For each={list()}>
                {(account) => (
                  <AccountRow account={account} isOwn={account.id === props.ownId} accounts={accounts} />
                )}
              </For>
            </Table>
          </Card>
        )}
      </Loaded>
    </div>
  );
}

function AccountRow(props: { account: AccountResponse; isOwn: boolean; accounts: Accounts }): JSX.Element {
  const [isResetting, setResetting] = createSignal(false);
  return (
    <>
      <tr class="hover:bg-hover/50">
        <td class={`${CELL} max-w-56 truncate font-medium`}>{props.account.username}</td>
        <td class={`${CELL} ${WIDE} max-w-56 truncate text-muted`}>{props.account.email || "–"}</td>
        <td class={`${CELL} whitespace-nowrap`}>{props.account.is_staff ? "Administrator" : "Member"}</td>
        <td class={CELL}>
          <Badge tone={props.account.is_active ? "good" : "neutral"}>
            {props.account.is_active ? "Active" : "Deactivated"}
          </Badge>
        </td>
        <td class={`${NUMBER_CELL} text-muted`}>
          <Show when={props.account.last_login} fallback="never">
            {(at) => <Ago at={at()} />}
          </Show>
        </td>
        <td class={`${NUMBER_CELL} ${WIDE} text-muted`}>{formatDay(props.account.date_joined)}</td>
        <td class="px-2 text-right">
          <div class="flex justify-end gap-2">
            <Button onClick={() => setResetting(true)}>Reset password</Button>
            <Show when={!props.isOwn}>
              <Switching account={props.account} accounts={props.accounts} />
            </Show>
          </div>
        </td>
      </tr>
      <Show when={isResetting()}>
        <tr>
          <td colspan={HEAD.length} class={CELL}>
            <ResetPassword
              username={props.account.username}
              onReset={(password) => props.accounts.resetPassword(props.account.id, password)}
              onDone={() => setResetting(false)}
            />
          </td>
        </tr>
      </Show>
    </>
  );
}

/** Nobody can lock themselves out, so one's own row has no such button. */
function Switching(props: { account: AccountResponse; accounts: Accounts }): JSX.Element {
  return (
    <Show
      when={props.account.is_active}
      fallback={
        <Button onClick={() => void props.accounts.setActive(props.account.id, true)}>Activate</Button>
      }
    >
      <ConfirmButton
        trigger="Deactivate"
        title={`Deactivate “${props.account.username}”?`}
        confirm="Deactivate account"
        onConfirm={() => props.accounts.setActive(props.account.id, false)}
      >
        Their sessions end now, and their API keys are refused within a minute. Nothing of theirs is deleted,
        and the account can be activated again.
      </ConfirmButton>
    </Show>
  );
}
