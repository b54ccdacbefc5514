import { createSignal, For, type JSX, Show } from "solid-js";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { CodeBlock } from "../components/code-block.tsx";
import { Icon } from "../components/icon.tsx";
import type { Content, Operation, Schemas } from "./openapi.ts";
import { TryCall } from "./try-call.tsx";
import { typeText } from "./type-text.ts";

const METHOD_CLASS: Readonly<Record<string, string>> = {
  GET: "text-accent-text",
  POST: "text-good",
  PUT: "text-warn",
  PATCH: "text-warn",
  DELETE: "text-bad",
};

/** One operation: a line, and its details once it is opened. */
export function OperationRow(props: {
  operation: Operation;
  schemas: Schemas;
  apiKey: string;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
}): JSX.Element {
  return (
    <details
      id={props.operation.id}
      class="group scroll-mt-4"
      open={props.isOpen}
      onToggle={(event) => props.onToggle(event.currentTarget.open)}
    >
      <summary class="flex list-none flex-wrap items-baseline gap-x-3 gap-y-0.5 px-4 py-2 hover:bg-hover/50">
        <span class={`w-14 shrink-0 font-mono text-xs font-semibold ${METHOD_CLASS[props.operation.method]}`}>
          {props.operation.method}
        </span>
        <code class="min-w-0 font-mono text-xs break-all">{props.operation.path}</code>
        <span class="text-sm text-muted">{props.operation.summary}</span>
        <Icon
          name="chevron"
          class="ml-auto -rotate-90 self-center text-faint transition-transform group-open:rotate-0"
        />
      </summary>
      <Show when={props.isOpen}>
        <Details {...props} />
      </Show>
    </details>
  );
}

function Details(props: { operation: Operation; schemas: Schemas; apiKey: string }): JSX.Element {
  const [isTrying, setTrying] = createSignal(false);
  const nameOf = (part: string) => `${props.operation.method} ${props.operation.path}: ${part}`;
  return (
    <div class="space-y-4 border-t border-line bg-canvas px-4 py-4">
      <Show when={props.operation.description}>
        <p class="max-w-prose text-sm">{props.operation.description}</p>
      </Show>
      <Show
        when={isTrying()}
        fallback={
          <Button icon="play" onClick={() => setTrying(true)}>
            Try it out
          </Button>
        }
      >
        <TryCall operation={props.operation} schemas={props.schemas} apiKey={props.apiKey} />
      </Show>
      <Show when={props.operation.parameters.length > 0}>
        <CodeBlock
          label="Parameters"
          name={nameOf("parameters")}
          code={parametersText(props.operation, props.schemas)}
        />
      </Show>
      <Show when={props.operation.body}>
        {(body) => (
          <CodeBlock
            tall
            name={nameOf("request body")}
            label={`Request body (${body().type})`}
            code={contentText(body(), props.schemas)}
          />
        )}
      </Show>
      <For each={props.operation.responses}>
        {(response) => (
          <Show
            when={response.content}
            fallback={
              <p class="flex items-center gap-2 text-sm">
                <Badge tone="neutral">{response.status}</Badge>
                {response.description}
              </p>
            }
          >
            {(content) => (
              <CodeBlock
                label={`${response.status} ${response.description} (${content().type})`}
                name={nameOf(`answer ${response.status}`)}
                code={contentText(content(), props.schemas)}
              />
            )}
          </Show>
        )}
      </For>
    </div>
  );
}

function contentText({ schema }: Content, schemas: Schemas): string {
  return typeText(schema, schemas);
}

/** The parameters as members of a type, each with the part of the request that it belongs to. */
function parametersText({ parameters }: Operation, schemas: Schemas): string {
  const lines = parameters.map(({ name, in: place, required, schema, description }) => {
    const mark = required || place === "path" ? "" : "?";
    const note = description ? `${place}: ${description}` : place;
    return `${name}${mark}: ${typeText(schema ?? {}, schemas)} // ${note}`;
  });
  return lines.join("\n");
}
