import { type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
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
          title={t("projects.new.title")}
          description={t("projects.new.about")}
          back={{ href: "/projects", label: t("projects.title") }}
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
            <LinkButton href="/projects">{t("common.cancel")}</LinkButton>
            <Button type="submit" look="primary" busy={form.busy()} disabled={form.chosen.problem() !== null}>
              {form.chosen.file() ? t("projects.new.createAndUpload") : t("projects.new.create")}
            </Button>
          </div>
        </form>
      </main>
    </>
  );
}

function NameAndColumns(props: { form: ProjectForm }): JSX.Element {
  return (
    <Card title={t("projects.columns.title")}>
      <div class="space-y-4">
        <Show when={props.form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
        <TextField
          label={t("projects.columns.name")}
          value={props.form.values.name}
          errors={props.form.errorsOf("name")}
          onValue={(value) => props.form.setValue("name", value)}
        />
        <div class="grid gap-4 sm:grid-cols-3">
          <ColumnField
            form={props.form}
            field="user_column"
            label={t("projects.columns.user")}
            example="user_id"
          />
          <ColumnField
            form={props.form}
            field="item_column"
            label={t("projects.columns.item")}
            example="item_id"
          />
          <ColumnField
            form={props.form}
            field="time_column"
            label={t("projects.columns.time")}
            example="timestamp"
            optional
          />
        </div>
        <p class="text-xs text-faint">{t("projects.columns.hint")}</p>
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
    return isPosition
      ? t("projects.columnWithSample", at + 1, sample ? ` (${sample.slice(0, 24)})` : "")
      : column;
  };
  const options = (columns: readonly string[]) => [
    { value: "", label: props.optional ? t("projects.columns.none") : t("projects.columns.choose") },
    ...columns.map((column, at) => ({ value: column, label: labelOf(column, at) })),
  ];
  return (
    <Show when={table()} fallback={<TextField {...shared()} placeholder={props.example} />}>
      {(found) => <SelectField {...shared()} options={options(found().columns)} />}
    </Show>
  );
}
