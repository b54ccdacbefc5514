import { type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { FileDrop } from "../../components/file-drop.tsx";
import { formatBytes } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import type { ProjectField } from "./check-project.ts";
import { ColumnSample } from "./column-sample.tsx";
import { createProjectForm } from "./create-project-form.ts";

type Form = ReturnType<typeof createProjectForm>;

export function NewProjectPage(): JSX.Element {
  const form = createProjectForm();
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-2xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader
          title="New project"
          description="A project holds the interactions of one product: who did something with which item, and when."
          back={{ href: "/projects", label: "Projects" }}
        />
        <form
          class="space-y-4"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            form.submit();
          }}
        >
          <FileCard form={form} />
          <Card title="Name and columns">
            <div class="space-y-4">
              <Show when={form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
              <TextField
                label="Project name"
                value={form.values.name}
                errors={form.errorsOf("name")}
                onValue={(value) => form.setValue("name", value)}
              />
              <div class="grid gap-4 sm:grid-cols-3">
                <ColumnField form={form} field="user_column" label="User column" example="user_id" />
                <ColumnField form={form} field="item_column" label="Item column" example="item_id" />
                <ColumnField
                  form={form}
                  field="time_column"
                  label="Time column"
                  example="timestamp"
                  optional
                />
              </div>
              <p class="text-xs text-faint">
                Columns go by their header, or by their position from 1 when the file has no header. With a
                time column, models are judged on what people did last, as in real use.
              </p>
            </div>
          </Card>
          <div class="flex justify-end gap-2">
            <LinkButton href="/projects">Cancel</LinkButton>
            <Button type="submit" look="primary" busy={form.busy()}>
              {form.file() ? "Create and upload" : "Create project"}
            </Button>
          </div>
        </form>
      </main>
    </>
  );
}

function FileCard(props: { form: Form }): JSX.Element {
  return (
    <Card
      title="Start from a file"
      subtitle="Optional. Its columns are read here in the browser; it is uploaded once the project exists."
    >
      <Show
        when={props.form.file()}
        fallback={<FileDrop label="Choose a data file" onFile={(file) => void props.form.chooseFile(file)} />}
      >
        {(file) => (
          <div class="space-y-3">
            <div class="flex items-center gap-2 text-sm">
              <Icon name="file" class="text-muted" />
              <span class="min-w-0 truncate font-medium">{file().name}</span>
              <span class="num text-muted">{formatBytes(file().size)}</span>
              <Button look="quiet" class="ml-auto" onClick={() => props.form.dropFile()}>
                Remove
              </Button>
            </div>
            <Show
              when={props.form.proposal()}
              fallback={<p class="text-sm text-muted">Its columns could not be made out. Name them below.</p>}
            >
              {(proposal) => <ColumnSample proposal={proposal()} />}
            </Show>
          </div>
        )}
      </Show>
    </Card>
  );
}

function ColumnField(props: {
  form: Form;
  field: ProjectField;
  label: string;
  example: string;
  optional?: boolean;
}): JSX.Element {
  const shared = () => ({
    label: props.label,
    optional: props.optional ?? false,
    errors: props.form.errorsOf(props.field),
    value: props.form.values[props.field],
    onValue: (value: string) => props.form.setValue(props.field, value),
  });
  const options = (columns: readonly string[]) => [
    { value: "", label: props.optional ? "None" : "Choose…" },
    ...columns.map((column) => ({ value: column, label: column })),
  ];
  return (
    <Show when={props.form.proposal()} fallback={<TextField {...shared()} placeholder={props.example} />}>
      {(proposal) => <SelectField {...shared()} options={options(proposal().columns)} />}
    </Show>
  );
}
