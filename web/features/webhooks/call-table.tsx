import { useSearchParams } from "@solidjs/router";
import { useMutation, useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import {
  CALL_STATUSES,
  type WebhookCallResponse,
  type WebhookEndpointResponse,
} from "#contract/webhook-endpoint.ts";
import { callListQuery, replayCall } from "../../api/webhooks.ts";
import { Ago } from "../../components/ago.tsx";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";

const TONES = { PENDING: "neutral", DELIVERED: "good", FAILED: "bad" } as const;

/** The calls of all endpoints, the newest first; the status is kept in the address. */
export function CallTable(props: {
  endpoints: readonly WebhookEndpointResponse[];
  onReplayed: () => void;
}): JSX.Element {
  const { projectId } = useProject();
  const [params, setParams] = useSearchParams();
  const status = () => CALL_STATUSES.find((known) => known === params.status) ?? "";
  const [page, setPage] = createPageParam();
  const query = useQuery(() => callListQuery(projectId(), status(), page()));
  const head = () => [
    { label: t("webhooks.calls.event") },
    { label: t("webhooks.calls.status") },
    { label: t("webhooks.calls.endpoint") },
    { label: t("webhooks.calls.answer") },
    { label: t("webhooks.calls.attempts"), numeric: true },
    { label: t("webhooks.calls.at"), numeric: true },
    { label: t("webhooks.calls.actions"), hidden: true },
  ];
  return (
    <Card
      title={t("webhooks.calls.title")}
      subtitle={t("webhooks.calls.about")}
      actions={
        <SelectField
          label={t("webhooks.calls.status")}
          value={status()}
          options={[
            { value: "", label: t("webhooks.calls.all") },
            ...CALL_STATUSES.map((value) => ({ value, label: t(`webhooks.calls.statuses.${value}`) })),
          ]}
          onValue={(value) => setParams({ status: value || null, page: null })}
        />
      }
      flush
    >
      <Loaded query={query} what={t("webhooks.what.calls")}>
        {(calls) => (
          <Show
            when={calls().count > 0}
            fallback={<p class="px-4 pb-4 text-sm text-muted">{t("webhooks.calls.none")}</p>}
          >
            <Table caption={t("webhooks.calls.title")} head={head()}>
              <For each={calls().results}>
                {(call) => (
                  <CallRow
                    call={call}
                    url={props.endpoints.find(({ id }) => id === call.endpoint)?.url ?? String(call.endpoint)}
                    onReplayed={props.onReplayed}
                  />
                )}
              </For>
            </Table>
            <Pager count={calls().count} page={page()} onPage={setPage} />
          </Show>
        )}
      </Loaded>
    </Card>
  );
}

function CallRow(props: { call: WebhookCallResponse; url: string; onReplayed: () => void }): JSX.Element {
  const replay = useMutation(() => ({
    mutationFn: () => replayCall(props.call.id),
    onSettled: () => props.onReplayed(),
  }));
  const events = () => props.call.event as "model_ready";
  const answer = () => props.call.error ?? (props.call.response_status === null ? "–" : "");
  return (
    <tr class="hover:bg-hover/50">
      <td class={`${CELL} font-medium whitespace-nowrap`}>{t(`webhooks.events.${events()}`)}</td>
      <td class={CELL}>
        <Badge tone={TONES[props.call.status]}>{t(`webhooks.calls.statuses.${props.call.status}`)}</Badge>
      </td>
      <td class={`${CELL} max-w-56 truncate font-mono text-xs text-muted`}>{props.url}</td>
      <td class={`${CELL} min-w-40 text-muted`}>
        <span class="num">{props.call.response_status ?? ""}</span> {answer()}
      </td>
      <td class={NUMBER_CELL}>{formatCount(props.call.attempts)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>
        <Ago at={props.call.ins_datetime} />
      </td>
      <td class="px-2 text-right">
        <Show when={props.call.status !== "PENDING"}>
          <Button
            needs="editor"
            look="quiet"
            aria-label={t("webhooks.calls.replay", props.call.id)}
            busy={replay.isPending}
            onClick={() => replay.mutate()}
          >
            {t("webhooks.calls.again")}
          </Button>
        </Show>
      </td>
    </tr>
  );
}
