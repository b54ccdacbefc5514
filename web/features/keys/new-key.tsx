import { createSignal, type JSX, Show } from "solid-js";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import { callServing, type ServingAnswer } from "../../api/serving.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { createExample } from "./create-example.ts";
import { curlCommand, predictRequestOf } from "./curl-command.ts";

/** A new key, shown only now, with requests that work unchanged. */
export function NewKey(props: { created: ApiKeyCreatedResponse; onDone: () => void }): JSX.Element {
  const example = createExample(() => props.created.project);
  const canPredict = () => props.created.scopes.includes("predict");
  return (
    <Card
      title={`Key “${props.created.name}”`}
      actions={
        <Button icon="check" onClick={props.onDone}>
          I have saved the key
        </Button>
      }
    >
      <div class="space-y-4">
        <Notice tone="warn" live title="Copy the key now: it is never shown again.">
          Do not put it in code or in pages that others can open.
        </Notice>
        <CodeBlock label="API key" code={props.created.key} copy="Copy key" />
        <Show
          when={canPredict()}
          fallback={
            <p class="text-sm text-muted">
              Without the scope “predict” this key manages the project and cannot ask for recommendations.
            </p>
          }
        >
          <Show when={example.isKnown()} fallback={<Skeleton lines={4} />}>
            <Show when={!example.hasModel()}>
              <Notice
                tone="info"
                title="There is no model yet. The request below works after one is trained."
              />
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
        label="Recommendations for a person"
        code={curlCommand(known(), props.secret)}
        copy="Copy curl"
      />
      <SendNow url={known().url} body={known().body} secret={props.secret} />
      <Show when={props.itemIds.length > 0}>
        <CodeBlock
          label="For a new person, from liked items"
          code={curlCommand(fresh(), props.secret)}
          copy="Copy this curl"
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
          Try it here
        </Button>
        <Show when={answer()}>
          {(found) => (
            <span class="num flex items-center gap-2 text-sm text-muted" role="status">
              <Badge tone={found().status < 300 ? "good" : "bad"}>{found().status}</Badge>
              {Math.round(found().milliseconds)} ms
            </span>
          )}
        </Show>
      </div>
      <Show when={error()}>
        <ErrorNotice title="The request did not reach the server." error={error()} />
      </Show>
      <Show when={answer()}>{(found) => <CodeBlock label="Answer" code={found().body} />}</Show>
    </div>
  );
}
