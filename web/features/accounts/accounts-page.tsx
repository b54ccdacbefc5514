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
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import { AccountForm } from "./account-form.tsx";
import { type Accounts, createAccounts } from "./create-accounts.ts";
import { ResetPassword } from "./reset-password.tsx";

const head = () =>
  [
    { label: t("accounts.username") },
    { label: t("accounts.email"), wide: true },
    { label: t("accounts.list.role") },
    { label: t("common.status") },
    { label: t("accounts.list.lastLogin"), numeric: true },
    { label: t("accounts.list.joined"), numeric: true, wide: true },
    { label: t("common.actions"), hidden: true },
  ] as const;

export function AccountsPage(): JSX.Element {
  const session = useSession();
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-6xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader
          title={t("accounts.title")}
          description={t("accounts.about")}
          back={{ href: "/projects", label: t("projects.title") }}
        />
        <Show
          when={session.user()?.is_staff}
          fallback={<Notice tone="warn" title={t("accounts.notAllowed")} />}
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
      <Loaded query={accounts.query} what={t("accounts.what")}>
        {(list) => (
          <Card title={t("accounts.title")} flush>
            <Table caption={t("accounts.title")} head={head()}>
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
        <td class={`${CELL} whitespace-nowrap`}>
          {props.account.is_staff ? t("accounts.administrator") : t("accounts.list.member")}
        </td>
        <td class={CELL}>
          <Badge tone={props.account.is_active ? "good" : "neutral"}>
            {props.account.is_active ? t("accounts.list.active") : t("accounts.list.deactivated")}
          </Badge>
        </td>
        <td class={`${NUMBER_CELL} text-muted`}>
          <Show when={props.account.last_login} fallback={t("accounts.list.never")}>
            {(at) => <Ago at={at()} />}
          </Show>
        </td>
        <td class={`${NUMBER_CELL} ${WIDE} text-muted`}>{formatDay(props.account.date_joined)}</td>
        <td class="px-2 text-right">
          <div class="flex justify-end gap-2">
            <Button onClick={() => setResetting(true)}>{t("accounts.reset.trigger")}</Button>
            <Show when={!props.isOwn}>
              <Switching account={props.account} accounts={props.accounts} />
            </Show>
          </div>
        </td>
      </tr>
      <Show when={isResetting()}>
        <tr>
          <td colspan={head().length} class={CELL}>
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
        <Button onClick={() => void props.accounts.setActive(props.account.id, true)}>
          {t("accounts.activate")}
        </Button>
      }
    >
      <ConfirmButton
        trigger={t("accounts.deactivate.trigger")}
        title={t("accounts.deactivate.question", props.account.username)}
        confirm={t("accounts.deactivate.confirm")}
        onConfirm={() => props.accounts.setActive(props.account.id, false)}
      >
        {t("accounts.deactivate.what")}
      </ConfirmButton>
    </Show>
  );
}
