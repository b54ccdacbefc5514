import { createEffect, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import type { HeadTable } from "#reading/head-table.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { FileDrop } from "../../components/file-drop.tsx";
import { formatBytes } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { ColumnSample } from "./column-sample.tsx";
import type { ProjectForm } from "./create-project-form.ts";
import { ReadingFields } from "./reading-fields.tsx";

/** The first file of a project, how it is read, and the settings that change this. */
export function FileCard(props: { form: ProjectForm }): JSX.Element {
  return (
    <Card title={t("projects.file.title")} subtitle={t("projects.file.about")}>
      <div class="space-y-3">
        <Show
          when={props.form.chosen.file()}
          fallback={
            <FileDrop label={t("projects.file.choose")} onFile={(file) => void props.form.chooseFile(file)} />
          }
        >
          {(file) => <ChosenFile form={props.form} file={file()} />}
        </Show>
        <ReadingSettings form={props.form} />
      </div>
    </Card>
  );
}

function ChosenFile(props: { form: ProjectForm; file: File }): JSX.Element {
  const chosen = () => props.form.chosen;
  return (
    <>
      <div class="flex items-center gap-2 text-sm">
        <Icon name="file" class="text-muted" />
        <span class="min-w-0 truncate font-medium">{props.file.name}</span>
        <span class="num shrink-0 text-muted">{formatBytes(props.file.size)}</span>
        <Button look="quiet" class="ml-auto" onClick={() => chosen().drop()}>
          {t("projects.file.remove")}
        </Button>
      </div>
      <Switch>
        <Match when={chosen().problem()}>
          {(text) => (
            <Notice
              tone="bad"
              live
              title={t("projects.file.refused")}
              action={<Button onClick={() => chosen().drop()}>{t("common.chooseAnother")}</Button>}
            >
              {text()}
            </Notice>
          )}
        </Match>
        <Match when={chosen().table()}>{(table) => <Found table={table()} />}</Match>
        <Match when={!chosen().isReading()}>
          <p class="text-sm text-muted">{t("projects.file.unread")}</p>
        </Match>
      </Switch>
    </>
  );
}

function Found(props: { table: HeadTable }): JSX.Element {
  const format = () =>
    t("data.report.howRead", {
      delimiter: props.table.separator,
      delimiter_reason: props.table.separatorReason,
      header: props.table.hasHeader,
      header_reason: props.table.headerReason,
    });
  return (
    <>
      <ColumnSample table={props.table} />
      <p class="text-sm text-muted">
        {props.table.separator === null ? "" : format()}
        <Show when={props.table.separator !== null}> {t("projects.file.notRight")}</Show>
        <Show when={!props.table.hasAllColumns}>{t("projects.file.byColumn")}</Show>
      </p>
      <Show when={props.table.columns.length < 2}>
        <Notice tone="warn" title={t("projects.file.oneColumn")}>
          {t("projects.file.oneColumnThen")}
        </Notice>
      </Show>
    </>
  );
}

function ReadingSettings(props: { form: ProjectForm }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  createEffect(() => {
    if (props.form.errorsOf("other_separator")) setOpen(true);
  });
  return (
    <details class="group" open={isOpen()} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="flex w-fit list-none items-center gap-1.5 rounded-md text-sm font-medium">
        <Icon name="chevron" class="-rotate-90 text-muted transition-transform group-open:rotate-0" />
        {t("projects.file.settings")}
      </summary>
      <div class="pt-3">
        <ReadingFields
          values={props.form.values}
          errorsOf={props.form.errorsOf}
          onValue={props.form.setValue}
        />
      </div>
    </details>
  );
}
