import { useMutation } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import type { WebhookEndpointResponse } from "#contract/webhook-endpoint.ts";
import { changeEndpoint, deleteEndpoint, makeSecret, replayCalls, testEndpoint } from "../../api/webhooks.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatCount, formatMoment } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import type { Webhooks } from "./create-webhooks.ts";

const TONES = { CLOSED: "good", OPEN: "bad", HALF_OPEN: "warn", off: "neutral" } as const;

/** One endpoint: how it does, and its actions. */
export function EndpointCard(props: { endpoint: WebhookEndpointResponse; webhooks: Webhooks }): JSX.Element {
  const state = () => (props.endpoint.is_enabled ? props.endpoint.state : "off");
  return (
    <section class="min-w-0 rounded-lg border border-line bg-surface p-4" aria-label={props.endpoint.url}>
      <header class="flex flex-wrap items-center gap-2">
        <h2 class="min-w-0 font-mono text-sm font-semibold break-all">{props.endpoint.url}</h2>
        <Badge tone={TONES[state()]}>{t(`webhooks.states.${state()}`)}</Badge>
        <span class="ml-auto">
          <ConfirmButton
            needs="editor"
            trigger={t("webhooks.endpoint.remove")}
            triggerIcon="trash"
            compact
            title={t("webhooks.endpoint.removeTitle")}
            confirm={t("webhooks.endpoint.removeConfirm")}
            onConfirm={async () => {
              await deleteEndpoint(props.endpoint.id);
              await props.webhooks.changed();
            }}
          >
            {t("webhooks.endpoint.removeWhy")}
          </ConfirmButton>
        </span>
      </header>
      <p class="mt-1 text-sm text-muted">
        {props.endpoint.events.map((event) => t(`webhooks.events.${event}`)).join(", ")}
      </p>
      <Health endpoint={props.endpoint} />
      <Actions endpoint={props.endpoint} webhooks={props.webhooks} />
    </section>
  );
}

function Health(props: { endpoint: WebhookEndpointResponse }): JSX.Element {
  return (
    <div class="mt-2 space-y-1 text-sm empty:hidden">
      <Show when={props.endpoint.disabled_reason}>{(reason) => <p class="text-bad">{reason()}</p>}</Show>
      <Show when={props.endpoint.failures > 0}>
        <p class="num text-bad">{t("webhooks.endpoint.failures", formatCount(props.endpoint.failures))}</p>
      </Show>
      <Show when={props.endpoint.retry_at}>
        {(at) => (
          <p class="num text-muted">
            {t("webhooks.endpoint.retry")}: {formatMoment(at())}
          </p>
        )}
      </Show>
      <Show when={props.endpoint.dropped > 0}>
        <p class="num text-warn">{t("webhooks.endpoint.dropped", formatCount(props.endpoint.dropped))}</p>
      </Show>
    </div>
  );
}

function Actions(props: { endpoint: WebhookEndpointResponse; webhooks: Webhooks }): JSX.Element {
  const test = useMutation(() => ({ mutationFn: () => testEndpoint(props.endpoint.id) }));
  const replay = useMutation(() => ({
    mutationFn: () => replayCalls(props.endpoint.id),
    onSettled: () => props.webhooks.changed(),
  }));
  const turn = useMutation(() => ({
    mutationFn: () => changeEndpoint(props.endpoint.id, { is_enabled: !props.endpoint.is_enabled }),
    onSettled: () => props.webhooks.changed(),
  }));
  const error = () => test.error ?? replay.error ?? turn.error;
  return (
    <>
      <div class="mt-4 flex flex-wrap items-center gap-2">
        <Button needs="editor" icon="play" busy={test.isPending} onClick={() => test.mutate()}>
          {t("webhooks.endpoint.test")}
        </Button>
        <ConfirmButton
          needs="editor"
          trigger={t("webhooks.endpoint.secret")}
          title={t("webhooks.endpoint.secretTitle")}
          confirm={t("webhooks.endpoint.secretConfirm")}
          look="primary"
          onConfirm={async () => {
            const secret = await makeSecret(props.endpoint.id);
            props.webhooks.setSecret({ url: props.endpoint.url, secret });
          }}
        >
          {t("webhooks.endpoint.secretWhy")}
        </ConfirmButton>
        <Button needs="editor" busy={replay.isPending} onClick={() => replay.mutate()}>
          {t("webhooks.endpoint.replay")}
        </Button>
        <Button needs="editor" busy={turn.isPending} onClick={() => turn.mutate()}>
          {props.endpoint.is_enabled ? t("webhooks.endpoint.turnOff") : t("webhooks.endpoint.turnOn")}
        </Button>
      </div>
      <div class="mt-3 space-y-2 empty:hidden">
        <Show when={test.data}>
          {(answer) => (
            <Notice
              live
              tone={answer().error === null ? "good" : "bad"}
              title={
                answer().error === null
                  ? t("webhooks.endpoint.testOk", String(answer().status))
                  : t("webhooks.endpoint.testFailed")
              }
            >
              {answer().error}
            </Notice>
          )}
        </Show>
        <Show when={replay.isSuccess}>
          <Notice live tone="good" title={t("webhooks.endpoint.replayed", formatCount(replay.data ?? 0))} />
        </Show>
        <Show when={error()}>
          {(thrown) => <ErrorNotice title={t("webhooks.endpoint.failed")} error={thrown()} />}
        </Show>
      </div>
    </>
  );
}
