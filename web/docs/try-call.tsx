import { For, type JSX, Show } from "solid-js";
import { Button } from "../components/button.tsx";
import { CodeBlock } from "../components/code-block.tsx";
import { Field, INPUT_CLASS, SelectField, TextArea, TextField } from "../components/field.tsx";
import { curlOf, FILE_BODY, FORM_TYPE, JSON_TYPE } from "./call.ts";
import { type Call, createCall } from "./create-call.ts";
import type { Operation, Parameter, Schema, Schemas } from "./openapi.ts";
import { boundsText } from "./type-text.ts";

/** A form that sends the operation's request, and its answer. */
export function TryCall(props: { operation: Operation; schemas: Schemas; apiKey: string }): JSX.Element {
  const call = createCall(props.operation, props.schemas, () => props.apiKey);
  const nameOf = (part: string) => `${props.operation.method} ${props.operation.path}: ${part}`;
  return (
    <form
      class="space-y-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void call.send();
      }}
    >
      <Show when={props.operation.parameters.length > 0}>
        <div class="grid gap-3 sm:grid-cols-2">
          <For each={props.operation.parameters}>
            {(parameter) => <ParameterField call={call} parameter={parameter} />}
          </For>
        </div>
      </Show>
      <Body call={call} operation={props.operation} schemas={props.schemas} />
      <Button type="submit" look="primary" busy={call.isSending()}>
        Send request
      </Button>
      <Show when={call.answer()}>
        {(answer) => (
          <div role="status">
            <CodeBlock
              tall
              name={nameOf("answer")}
              code={answer().text}
              label={`Answer: ${answer().status}${
                answer().elapsedMs === null ? "" : `, ${Math.round(answer().elapsedMs ?? 0)} ms`
              }`}
            />
          </div>
        )}
      </Show>
      <CodeBlock
        code={curlOf(location.origin, props.operation, call.values())}
        label="As a command"
        name={nameOf("command")}
        copy="Copy curl"
      />
    </form>
  );
}

function ParameterField(props: { call: Call; parameter: Parameter }): JSX.Element {
  const { name, required, in: place } = props.parameter;
  const shared = () => ({
    label: name,
    optional: !required && place !== "path",
    errors: props.call.errorsOf(name),
    value: props.call.values().parameters[name] ?? "",
    onValue: (value: string) => props.call.setParameter(name, value),
  });
  const choices = () => props.parameter.schema?.enum ?? null;
  const hint = () => props.parameter.description || boundsText(props.parameter.schema ?? {});
  return (
    <Show when={choices()} fallback={<TextField {...shared()} hint={hint()} autocomplete="off" />}>
      {(values) => (
        <SelectField
          {...shared()}
          options={[
            { value: "", label: "Not set" },
            ...values().map((value) => ({ value: String(value), label: String(value) })),
          ]}
        />
      )}
    </Show>
  );
}

function Body(props: { call: Call; operation: Operation; schemas: Schemas }): JSX.Element {
  const body = props.operation.body;
  if (body === null) return null;
  if (body.type === JSON_TYPE) {
    return (
      <TextArea
        label="JSON body"
        rows={Math.min(12, props.call.values().body.split("\n").length + 1)}
        value={props.call.values().body}
        onValue={props.call.setBody}
      />
    );
  }
  if (body.type !== FORM_TYPE) return <FileField call={props.call} name={FILE_BODY} label="File" />;
  const name = body.schema.$ref?.split("/").at(-1);
  const form: Schema = (name === undefined ? body.schema : props.schemas[name]) ?? {};
  return (
    <div class="grid gap-3 sm:grid-cols-2">
      <For each={Object.entries(form.properties ?? {})}>
        {([field, schema]) =>
          schema.format === "binary" ? (
            <FileField call={props.call} name={field} label={field} />
          ) : (
            <TextField
              label={field}
              optional={!form.required?.includes(field)}
              hint={boundsText(schema)}
              value={String(props.call.values().form[field] ?? "")}
              onValue={(value) => props.call.setField(field, value)}
            />
          )
        }
      </For>
    </div>
  );
}

function FileField(props: { call: Call; name: string; label: string }): JSX.Element {
  return (
    <Field label={props.label}>
      {(ids) => (
        <input
          id={ids.id}
          type="file"
          class={`${INPUT_CLASS} py-1`}
          onChange={(event) => props.call.setField(props.name, event.currentTarget.files?.[0] ?? "")}
        />
      )}
    </Field>
  );
}
