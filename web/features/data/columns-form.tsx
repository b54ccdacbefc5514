import { createUniqueId, For, type JSX, Show } from "solid-js";
import { FEATURE_TYPE_TEXTS, FEATURE_TYPES } from "#contract/feature-columns.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { Button } from "../../components/button.tsx";
import { INPUT_CLASS } from "../../components/field.tsx";
import { formatCount, formatPercent } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { CELL, Table, WIDE } from "../../components/table.tsx";
import { type DraftType, hasSeparator, type ShownColumn } from "./column-drafts.ts";
import { type Columns, createColumns } from "./create-columns.ts";

const HEAD = [{ label: "Column" }, { label: "Values", wide: true }, { label: "What models read" }] as const;
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
        <h3 class="pt-2 text-sm font-semibold">Columns</h3>
        <p class="text-sm text-muted text-pretty">
          Models that know {props.side === "item" ? "items" : "users"} by their properties read these: columns
          of the newest file, and what applications write. Correct a type where the guess is wrong; the next
          tuning job uses it.
        </p>
        <Table caption={`Columns of the ${props.side} table`} head={HEAD}>
          <For each={form.columns()}>{(column) => <ColumnRow column={column} form={form} />}</For>
        </Table>
        <Show when={form.error()}>
          {(error) => <ErrorNotice title="The columns were not saved." error={error()} />}
        </Show>
        <Show when={form.isSaved()}>
          <Notice tone="good" live title="The columns are saved." />
        </Show>
        <div class="flex justify-end gap-2">
          <Button type="button" disabled={!form.isChanged() || form.busy()} onClick={form.discard}>
            Discard
          </Button>
          <Button type="submit" look="primary" disabled={!form.isChanged()} busy={form.busy()}>
            Save columns
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
          <p class="text-xs text-warn">not in the newest file</p>
        </Show>
        <Show when={props.column.is_written}>
          <p class="text-xs text-faint">written over the API</p>
        </Show>
      </td>
      <td class={`${CELL} max-w-72 align-top ${WIDE}`}>
        <p class="truncate text-muted" title={samples()}>
          {samples() || "–"}
        </p>
        <Show when={props.column.filled !== null}>
          <p class="num text-xs text-faint">
            {formatCount(props.column.distinct ?? 0)} different, {formatPercent(props.column.filled ?? 0)}{" "}
            filled
          </p>
        </Show>
      </td>
      <td class={`${CELL} align-top`}>
        <div class="flex items-center gap-2">
          <select
            aria-label={`Type of ${props.column.name}`}
            aria-describedby={`${id}-type`}
            class={`${INPUT_CLASS} min-w-36 max-w-64`}
            onChange={(event) =>
              props.form.change(props.column, { type: event.currentTarget.value as DraftType })
            }
          >
            <option value="guessed" selected={draft().type === "guessed"}>
              {guess() === null ? "guessed" : `guessed: ${guess()}`}
            </option>
            <For each={FEATURE_TYPES}>
              {(name) => (
                <option value={name} selected={draft().type === name}>
                  {name}
                </option>
              )}
            </For>
          </select>
          <Show when={hasSeparator(draft().type)} fallback={<SeparatorText column={props.column} />}>
            <input
              type="text"
              class={`${INPUT_CLASS} w-16! shrink-0`}
              maxlength={16}
              aria-label={`Separator of ${props.column.name}`}
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
          divided by <span class="font-mono">{separator()}</span>
        </span>
      )}
    </Show>
  );
}

function textOf(type: ShownColumn["type"]): string {
  return type === null ? "" : FEATURE_TYPE_TEXTS[type];
}
