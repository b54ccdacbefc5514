import { createEffect, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { describeFormat } from "#contract/reading.ts";
import type { HeadTable } from "#reading/head-table.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { FileDrop } from "../../components/file-drop.tsx";
import { formatBytes } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Notice } from "../../components/notice.tsx";
import { ColumnSample } from "./column-sample.tsx";
import type { ProjectForm } from "./create-project-form.ts";
import { ReadingFields } from "./reading-fields.tsx";

/** The first file of a project, how it is read, and the settings that change this. */
export function FileCard(props: { form: ProjectForm }): JSX.Element {
  return (
    <Card
      title="Start from a file"
      subtitle="Optional. We read its columns here in your browser, and upload it after the project is created."
    >
      <div class="space-y-3">
        <Show
          when={props.form.chosen.file()}
          fallback={
            <FileDrop label="Choose a data file" onFile={(file) => void props.form.chooseFile(file)} />
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
          Remove
        </Button>
      </div>
      <Switch>
        <Match when={chosen().problem()}>
          {(text) => (
            <Notice
              tone="bad"
              live
              title="We cannot use this file."
              action={<Button onClick={() => chosen().drop()}>Choose another</Button>}
            >
              {text()}
            </Notice>
          )}
        </Match>
        <Match when={chosen().table()}>{(table) => <Found table={table()} />}</Match>
        <Match when={!chosen().isReading()}>
          <p class="text-sm text-muted">
            We could not read this file's columns with these settings. Change the settings, or enter the
            column names below.
          </p>
        </Match>
      </Switch>
    </>
  );
}

function Found(props: { table: HeadTable }): JSX.Element {
  const format = () =>
    describeFormat({
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
        <Show when={props.table.separator !== null}> Not right? Change the reading settings.</Show>
        <Show when={!props.table.hasAllColumns}>
          This file lists column by column, so only the first columns are shown. Enter the others by name.
        </Show>
      </p>
      <Show when={props.table.columns.length < 2}>
        <Notice tone="warn" title="There is only one column.">
          A file of interactions has at least two: who, and what. If the separator is wrong, change it in the
          reading settings.
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
        Advanced reading settings
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
