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

const HEAD = [
  { label: "Name" },
  { label: "Begins with" },
  { label: "Scopes" },
  { label: "Status" },
  { label: "Last used", numeric: true },
  { label: "Created", numeric: true },
  { label: "Actions", hidden: true },
] as const;

export function KeysPage(): JSX.Element {
  const { projectId, href } = useProject();
  const keys = createKeys(projectId);
  return (
    <>
      <PageHeader
        title="API keys"
        actions={
          <LinkButton icon="code" href={href("/start")}>
            {t("onboarding.codeToCopy")}
          </LinkButton>
        }
        description="Your application sends its key with each request. A key works for this project only."
      />
      <div class="space-y-4">
        <Show when={keys.created()} fallback={<KeyForm keys={keys} />}>
          {(created) => <NewKey created={created()} onDone={keys.putAway} />}
        </Show>
        <Loaded query={keys.query} what="the keys">
          {(list) => (
            <Show when={list().count > 0}>
              <Card title="Keys" flush>
                <Table caption="API keys" head={HEAD}>
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
    if (!props.row.is_active) return <Badge tone="neutral">Revoked</Badge>;
    if (isExpired()) return <Badge tone="warn">Expired</Badge>;
    return <Badge tone="good">Active</Badge>;
  };
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} max-w-56 truncate font-medium`}>{props.row.name}</td>
      <td class={`${CELL} font-mono text-xs whitespace-nowrap`}>{props.row.key_prefix}…</td>
      <td class={`${CELL} whitespace-nowrap text-muted`}>{props.row.scopes.join(", ")}</td>
      <td class={CELL}>{state()}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Show when={props.row.last_used_at} fallback="never">
          {(at) => <Ago at={at()} />}
        </Show>
      </td>
      <td class={`${NUMBER_CELL} text-muted`}>{formatDay(props.row.ins_datetime)}</td>
      <td class="px-2 text-right">
        <Show when={props.row.is_active}>
          <ConfirmButton
            trigger="Revoke"
            title={`Revoke “${props.row.name}”?`}
            confirm="Revoke key"
            onConfirm={props.onRevoke}
          >
            Applications that use it are refused within a minute. A revoked key never works again.
          </ConfirmButton>
        </Show>
      </td>
    </tr>
  );
}
