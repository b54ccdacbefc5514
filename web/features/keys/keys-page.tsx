import { For, type JSX, Show } from "solid-js";
import type { ApiKeyResponse } from "#contract/api-key.ts";
import { Ago } from "../../components/ago.tsx";
import { Badge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatDay } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createKeys } from "./create-keys.ts";
import { KeyForm } from "./key-form.tsx";
import { NewKey } from "./new-key.tsx";
import { UsageCard } from "./usage-card.tsx";

const head = () =>
  [
    { label: t("common.name") },
    { label: t("keys.list.prefix") },
    { label: t("keys.list.scopes") },
    { label: t("common.status") },
    { label: t("keys.list.ends"), numeric: true },
    { label: t("keys.list.lastUsed"), numeric: true },
    { label: t("common.created"), numeric: true },
    { label: t("common.actions"), hidden: true },
  ] as const;

export function KeysPage(): JSX.Element {
  const { projectId, href } = useProject();
  const keys = createKeys(projectId);
  return (
    <>
      <PageHeader
        title={t("keys.title")}
        actions={
          <LinkButton icon="code" href={href("/start")}>
            {t("onboarding.codeToCopy")}
          </LinkButton>
        }
        description={t("keys.about")}
      />
      <div class="space-y-4">
        <Show when={keys.created()} fallback={<KeyForm keys={keys} />}>
          {(created) => <NewKey created={created()} onDone={keys.putAway} />}
        </Show>
        <Loaded query={keys.query} what={t("keys.what")}>
          {(list) => (
            <Show when={list().count > 0}>
              <Card title={t("keys.list.title")} flush>
                <Table caption={t("keys.title")} head={head()}>
                  <For each={list().results}>
                    {(key) => <KeyRow row={key} onRevoke={() => keys.revoke(key.id)} />}
                  </For>
                </Table>
              </Card>
            </Show>
          )}
        </Loaded>
        <UsageCard projectId={projectId} />
      </div>
    </>
  );
}

function KeyRow(props: { row: ApiKeyResponse; onRevoke: () => Promise<void> }): JSX.Element {
  const isExpired = () => props.row.expires_at !== null && new Date(props.row.expires_at) < new Date();
  const state = () => {
    if (!props.row.is_active) return <Badge tone="neutral">{t("keys.list.revoked")}</Badge>;
    if (isExpired()) return <Badge tone="warn">{t("keys.list.expired")}</Badge>;
    return <Badge tone="good">{t("keys.list.active")}</Badge>;
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} max-w-56 truncate font-medium`}>{props.row.name}</td>
      <td class={`${CELL} font-mono text-xs whitespace-nowrap`}>{props.row.key_prefix}…</td>
      <td class={`${CELL} whitespace-nowrap text-muted`}>{props.row.scopes.join(", ")}</td>
      <td class={CELL}>{state()}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        {props.row.expires_at === null ? t("keys.form.never") : formatDay(props.row.expires_at)}
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Show when={props.row.last_used_at} fallback={t("keys.list.never")}>
          {(at) => <Ago at={at()} />}
        </Show>
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>{formatDay(props.row.ins_datetime)}</td>
      <td class="px-2 text-right">
        <Show when={props.row.is_active}>
          <ConfirmButton
            needs="owner"
            trigger={t("keys.revoke.trigger")}
            title={t("keys.revoke.question", props.row.name)}
            confirm={t("keys.revoke.confirm")}
            onConfirm={props.onRevoke}
          >
            {t("keys.revoke.what")}
          </ConfirmButton>
        </Show>
      </td>
    </tr>
  );
}
