import { createSignal, type JSX, Show } from "solid-js";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import { callServing, type ServingAnswer } from "../../api/serving.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { formatDuration } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { createExample } from "./create-example.ts";
import { curlCommand, predictRequestOf } from "./curl-command.ts";

/** A new key, shown only now, with requests that work unchanged. */
export function NewKey(props: { created: ApiKeyCreatedResponse; onDone: () => void }): JSX.Element {
  const example = createExample(() => props.created.project);
  const canPredict = () => props.created.scopes.includes("predict");
  return (
    <Card
      title={t("keys.new.title", props.created.name)}
      actions={
        <Button icon="check" onClick={props.onDone}>
          {t("keys.new.done")}
        </Button>
      }
    >
      <div class="space-y-4">
        <Notice tone="warn" live title={t("keys.new.copyNow")}>
          {t("keys.new.keepSecret")}
        </Notice>
        <CodeBlock label={t("keys.new.key")} code={props.created.key} copy={t("keys.new.copyKey")} />
        <Show when={canPredict()} fallback={<p class="text-sm text-muted">{t("keys.new.noPredict")}</p>}>
          <Show when={example.isKnown()} fallback={<Skeleton lines={4} />}>
            <Show when={!example.hasModel()}>
              <Notice tone="info" title={t("keys.new.noModel")} />
            </Show>
            <Requests
              secret={props.created.key}
              projectId={props.created.project}
              userId={example.userId()}
              itemIds={example.itemIds()}
            />
          </Show>
        </Show>
      </div>
    </Card>
  );
}

function Requests(props: {
  secret: string;
  projectId: number;
  userId: string;
  itemIds: readonly string[];
}): JSX.Element {
  const known = () => predictRequestOf(location.origin, props.projectId, { userId: props.userId });
  const fresh = () => predictRequestOf(location.origin, props.projectId, { itemIds: props.itemIds });
  return (
    <>
      <CodeBlock
        label={t("keys.new.forPerson")}
        code={curlCommand(known(), props.secret)}
        copy={t("keys.new.copyCurl")}
      />
      <SendNow url={known().url} body={known().body} secret={props.secret} />
      <Show when={props.itemIds.length > 0}>
        <CodeBlock
          label={t("keys.new.forNew")}
          code={curlCommand(fresh(), props.secret)}
          copy={t("keys.new.copyThisCurl")}
        />
      </Show>
    </>
  );
}

function SendNow(props: { url: string; body: unknown; secret: string }): JSX.Element {
  const [answer, setAnswer] = createSignal<ServingAnswer | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const [busy, setBusy] = createSignal(false);

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      setAnswer(await callServing(props.url, props.secret, props.body));
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div class="space-y-3">
      <div class="flex items-center gap-3">
        <Button icon="arrow" busy={busy()} onClick={() => void send()}>
          {t("keys.new.tryHere")}
        </Button>
        <Show when={answer()}>
          {(found) => (
            <span class="num flex items-center gap-2 text-sm text-muted" role="status">
              <Badge tone={found().status < 300 ? "good" : "bad"}>{found().status}</Badge>
              {formatDuration(found().milliseconds / 1000)}
            </span>
          )}
        </Show>
      </div>
      <Show when={error()}>
        <ErrorNotice title={t("keys.new.notReached")} error={error()} />
      </Show>
      <Show when={answer()}>{(found) => <CodeBlock label={t("keys.new.answer")} code={found().body} />}</Show>
    </div>
  );
}
