import { type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import type { ProjectField } from "./check-project.ts";
import { createProjectForm, type ProjectForm } from "./create-project-form.ts";
import { FileCard } from "./file-card.tsx";

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
          <NameAndColumns form={form} />
          <div class="flex justify-end gap-2">
            <LinkButton href="/projects">Cancel</LinkButton>
            <Button type="submit" look="primary" busy={form.busy()} disabled={form.chosen.problem() !== null}>
              {form.chosen.file() ? "Create and upload" : "Create project"}
            </Button>
          </div>
        </form>
      </main>
    </>
  );
}

function NameAndColumns(props: { form: ProjectForm }): JSX.Element {
  return (
    <Card title="Name and columns">
      <div class="space-y-4">
        <Show when={props.form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <TextField
          label="Project name"
          value={props.form.values.name}
          errors={props.form.errorsOf("name")}
          onValue={(value) => props.form.setValue("name", value)}
        />
        <div class="grid gap-4 sm:grid-cols-3">
          <ColumnField form={props.form} field="user_column" label="User column" example="user_id" />
          <ColumnField form={props.form} field="item_column" label="Item column" example="item_id" />
          <ColumnField
            form={props.form}
            field="time_column"
            label="Time column"
            example="timestamp"
            optional
          />
        </div>
        <p class="text-xs text-faint">
          Choose columns by name, or by number if there is no header row (1 is the first column). With a time
          column, models are tested on what people did last, as in real use.
        </p>
      </div>
    </Card>
  );
}

function ColumnField(props: {
  form: ProjectForm;
  field: ProjectField;
  label: string;
  example: string;
  optional?: boolean;
}): JSX.Element {
  const table = () => {
    const found = props.form.chosen.table();
    return found?.hasAllColumns ? found : null;
  };
  const shared = () => ({
    label: props.label,
    optional: props.optional ?? false,
    errors: props.form.errorsOf(props.field),
    value: props.form.values[props.field],
    onValue: (value: string) => props.form.setValue(props.field, value),
  });
  const labelOf = (column: string, at: number) => {
    const sample = table()?.rows[0]?.[at];
    const isPosition = column !== table()?.labels[at] || table()?.hasHeader === false;
    return isPosition ? `Column ${at + 1}${sample ? ` (${sample.slice(0, 24)})` : ""}` : column;
  };
  const options = (columns: readonly string[]) => [
    { value: "", label: props.optional ? "None" : "Choose…" },
    ...columns.map((column, at) => ({ value: column, label: labelOf(column, at) })),
  ];
  return (
    <Show when={table()} fallback={<TextField {...shared()} placeholder={props.example} />}>
      {(found) => <SelectField {...shared()} options={options(found().columns)} />}
    </Show>
  );
}
