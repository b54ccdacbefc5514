import { For, type JSX, Show } from "solid-js";
import { PROJECT_EVENTS } from "#contract/webhook-endpoint.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { CheckField, TextField } from "../../components/field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { CallTable } from "./call-table.tsx";
import { createWebhooks, type ShownSecret, type Webhooks } from "./create-webhooks.ts";
import { EndpointCard } from "./endpoint-card.tsx";

/** Addresses that are told of events, and the calls that they got. */
export function WebhooksPage(): JSX.Element {
  const { projectId } = useProject();
  const webhooks = createWebhooks(projectId);
  const add = () => (
    <Button needs="editor" icon="plus" look="primary" onClick={() => webhooks.setAdding(true)}>
      {t("webhooks.add.open")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("webhooks.title")}
        description={t("webhooks.about")}
        actions={<Show when={!webhooks.isAdding()}>{add()}</Show>}
      />
      <div class="space-y-4">
        <Show when={webhooks.secret()}>
          {(shown) => <NewSecret shown={shown()} onDone={() => webhooks.setSecret(null)} />}
        </Show>
        <Show when={webhooks.isAdding()}>
          <NewEndpoint webhooks={webhooks} />
        </Show>
        <Loaded query={webhooks.query} what={t("webhooks.what.endpoints")}>
          {(list) => (
            <Show
              when={list().results.length > 0}
              fallback={
                <Show when={!webhooks.isAdding()}>
                  <Card>
                    <EmptyState icon="arrow" title={t("webhooks.none.title")}>
                      {t("webhooks.none.why")}
                    </EmptyState>
                  </Card>
                </Show>
              }
            >
              <div class="grid items-start gap-4 lg:grid-cols-2">
                <For each={list().results}>
                  {(endpoint) => <EndpointCard endpoint={endpoint} webhooks={webhooks} />}
                </For>
              </div>
              <CallTable endpoints={list().results} onReplayed={webhooks.changed} />
            </Show>
          )}
        </Loaded>
      </div>
    </>
  );
}

function NewSecret(props: { shown: ShownSecret; onDone: () => void }): JSX.Element {
  return (
    <Card
      title={props.shown.url}
      actions={
        <Button icon="check" onClick={props.onDone}>
          {t("webhooks.secret.done")}
        </Button>
      }
    >
      <div class="space-y-3">
        <Notice tone="warn" live title={t("webhooks.secret.once")}>
          {t("webhooks.secret.why")}
        </Notice>
        <CodeBlock
          label={t("webhooks.secret.label")}
          code={props.shown.secret}
          copy={t("webhooks.secret.copy")}
        />
      </div>
    </Card>
  );
}

function NewEndpoint(props: { webhooks: Webhooks }): JSX.Element {
  return (
    <Card title={t("webhooks.add.title")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.webhooks.submit();
        }}
      >
        <Show when={props.webhooks.error()}>
          {(error) => <ErrorNotice title={t("webhooks.add.failed")} error={error()} />}
        </Show>
        <TextField
          label={t("webhooks.add.url")}
          hint={t("webhooks.add.urlHint")}
          type="url"
          value={props.webhooks.url()}
          errors={props.webhooks.errorsOf("url")}
          onValue={props.webhooks.setUrl}
        />
        <fieldset>
          <legend class="mb-2 text-sm font-medium">{t("webhooks.add.events")}</legend>
          <div class="grid gap-3 sm:grid-cols-2">
            <For each={PROJECT_EVENTS}>
              {(event) => (
                <CheckField
                  label={t(`webhooks.events.${event}`)}
                  hint={t(`webhooks.eventWhy.${event}`)}
                  checked={props.webhooks.events().includes(event)}
                  onChange={(isOn) => props.webhooks.setEvent(event, isOn)}
                />
              )}
            </For>
          </div>
          <Show when={props.webhooks.errorsOf("events")}>
            {(texts) => <p class="mt-1 text-sm text-bad">{texts()[0]}</p>}
          </Show>
        </fieldset>
        <div class="flex gap-2">
          <Button needs="editor" type="submit" look="primary" busy={props.webhooks.isBusy()}>
            {t("webhooks.add.create")}
          </Button>
          <Button look="quiet" onClick={() => props.webhooks.setAdding(false)}>
            {t("webhooks.add.cancel")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
