import { createUniqueId, For, type JSX, Show } from "solid-js";
import { FEATURE_TYPES } from "#contract/feature-types.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { Button } from "../../components/button.tsx";
import { INPUT_CLASS } from "../../components/field.tsx";
import { formatCount, formatPercent } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { type DraftType, hasSeparator, type ShownColumn } from "./column-drafts.ts";
import { type Columns, createColumns } from "./create-columns.ts";

const head = () =>
  [
    { label: t("data.columns.column") },
    { label: t("data.columns.values"), wide: true },
    { label: t("data.columns.read") },
  ] as const;
const SAMPLES_SHOWN = 3;

/** What each column of a table is: guessed from all its values, and corrected here. */
export function ColumnsForm(props: { projectId: number; side: TableSide }): JSX.Element {
  const form = createColumns(() => props.projectId, props.side);
  return (
    <Show when={form.columns().length > 0}>
      <form
        class="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          form.save();
        }}
      >
        <h3 class="pt-2 text-sm font-semibold">{t("data.columns.title")}</h3>
        <p class="text-sm text-muted text-pretty">{t(`data.columns.about.${props.side}`)}</p>
        <Table caption={t(`data.columns.caption.${props.side}`)} head={head()}>
          <For each={form.columns()}>{(column) => <ColumnRow column={column} form={form} />}</For>
        </Table>
        <Show when={form.error()}>
          {(error) => <ErrorNotice title={t("data.columns.notSaved")} error={error()} />}
        </Show>
        <Show when={form.isSaved()}>
          <Notice tone="good" live title={t("data.columns.saved")} />
        </Show>
        <div class="flex justify-end gap-2">
          <Button type="button" disabled={!form.isChanged() || form.busy()} onClick={form.discard}>
            {t("data.columns.discard")}
          </Button>
          <Button needs="editor" type="submit" look="primary" disabled={!form.isChanged()} busy={form.busy()}>
            {t("data.columns.save")}
          </Button>
        </div>
      </form>
    </Show>
  );
}

function ColumnRow(props: { column: ShownColumn; form: Columns }): JSX.Element {
  const id = createUniqueId();
  const draft = () => props.form.draft(props.column);
  const guess = () => props.column.guessed_type;
  const type = () => {
    const chosen = draft().type;
    return chosen === "guessed" ? guess() : chosen;
  };
  const samples = () => (props.column.samples ?? []).slice(0, SAMPLES_SHOWN).join(" · ");
  return (
    <tr>
      <td class={`${CELL} max-w-40 align-top`}>
        <p class="truncate font-medium">{props.column.name}</p>
        <Show when={props.column.is_missing}>
          <p class="text-xs text-warn">{t("data.columns.missing")}</p>
        </Show>
        <Show when={props.column.is_written}>
          <p class="text-xs text-faint">{t("data.columns.written")}</p>
        </Show>
      </td>
      <td class={`${CELL} max-w-72 align-top ${WIDE}`}>
        <p class="truncate text-muted" title={samples()}>
          {samples() || "–"}
        </p>
        <Show when={props.column.filled !== null}>
          <p class="num text-xs text-faint">
            {t(
              "data.columns.filled",
              formatCount(props.column.distinct ?? 0),
              formatPercent(props.column.filled ?? 0),
            )}
          </p>
        </Show>
      </td>
      <td class={`${CELL} align-top`}>
        <div class="flex items-center gap-2">
          <select
            aria-label={t("data.columns.typeOf", props.column.name)}
            aria-describedby={`${id}-type`}
            class={`${INPUT_CLASS} min-w-36 max-w-64`}
            onChange={(event) =>
              props.form.change(props.column, { type: event.currentTarget.value as DraftType })
            }
          >
            <option value="guessed" selected={draft().type === "guessed"}>
              {guessText(guess())}
            </option>
            <For each={FEATURE_TYPES}>
              {(name) => (
                <option value={name} selected={draft().type === name}>
                  {t(`data.columns.types.${name}`)}
                </option>
              )}
            </For>
          </select>
          <Show when={hasSeparator(draft().type)} fallback={<SeparatorText column={props.column} />}>
            <input
              type="text"
              class={`${INPUT_CLASS} w-16! shrink-0`}
              maxlength={16}
              aria-label={t("data.columns.separatorOf", props.column.name)}
              value={draft().separator}
              onInput={(event) => props.form.change(props.column, { separator: event.currentTarget.value })}
            />
          </Show>
        </div>
        <p id={`${id}-type`} class="mt-1 max-w-64 text-xs text-faint text-pretty">
          {textOf(type())}
        </p>
      </td>
    </tr>
  );
}

function SeparatorText(props: { column: ShownColumn }): JSX.Element {
  return (
    <Show when={props.column.separator}>
      {(separator) => (
        <span class="shrink-0 text-xs text-muted">
          {t("data.columns.dividedBy")} <span class="font-mono">{separator()}</span>
        </span>
      )}
    </Show>
  );
}

function textOf(type: ShownColumn["type"]): string {
  return type === null ? "" : t(`data.columns.typeTexts.${type}`);
}

function guessText(type: ShownColumn["type"]): string {
  return type === null
    ? t("data.columns.guessed")
    : t("data.columns.guessedAs", t(`data.columns.types.${type}`));
}
