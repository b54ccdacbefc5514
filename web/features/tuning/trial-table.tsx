import { createEffect, createMemo, createSignal, For, type JSX, on, Show, untrack } from "solid-js";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { formatDuration, formatMetric, formatParam } from "../../components/format.ts";
import { rowWindow } from "../../components/row-window.ts";
import { DENSE_CELL, DENSE_NUMBER_CELL } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { AlgorithmDot } from "../algorithms/algorithm-dot.tsx";
import { algorithmTitle, paramTitle } from "../algorithms/algorithm-look.ts";
import { FIRST_ORDER, nextOrder, sortTrials, type TrialColumn } from "./sort-trials.ts";

const columns = (): readonly {
  column: TrialColumn | null;
  label: string;
  numeric?: boolean;
  width: string;
}[] => [
  { column: "number", label: t("tuning.table.trial"), numeric: true, width: "w-20" },
  { column: "algorithm", label: t("common.algorithm"), width: "w-48" },
  { column: null, label: t("common.settings"), width: "" },
  { column: "state", label: t("tuning.table.state"), width: "w-44" },
  { column: "value", label: t("tuning.table.value"), numeric: true, width: "w-32" },
  { column: "seconds", label: t("tuning.table.time"), numeric: true, width: "w-24" },
];

/** Every row has the same height, so that a long study draws only the visible rows. */
const ROW_PX = 44;

/** All trials of a study, in the chosen order. */
export function TrialTable(props: {
  trials: readonly TrialResponse[];
  best: number | null;
  /** False once the job has ended: a trial that is still running then was abandoned. */
  isActive: boolean;
  /** The trial that a chart or a click has picked; it is scrolled into view. */
  picked: number | null;
  onPick: (number: number | null) => void;
}): JSX.Element {
  let list: HTMLElement | undefined;
  const [order, setOrder] = createSignal(FIRST_ORDER);
  const sorted = createMemo(() => sortTrials(props.trials, order()));
  const [view, setView] = createSignal({ scrolledPx: 0, heightPx: 480 });
  const shown = createMemo(() => rowWindow(sorted().length, { rowPx: ROW_PX, ...view() }), undefined, {
    equals: (a, b) => a.from === b.from && a.to === b.to,
  });
  const rows = () => sorted().slice(shown().from, shown().to);
  createEffect(
    on(
      () => props.picked,
      (number) => {
        const at = untrack(sorted).findIndex((trial) => trial.number === number);
        if (at < 0 || !list) return;
        const middle = at * ROW_PX - (list.clientHeight - ROW_PX) / 2;
        const [from, to] = [list.scrollTop, list.scrollTop + list.clientHeight - 2 * ROW_PX];
        if (at * ROW_PX < from || at * ROW_PX > to) list.scrollTo({ top: Math.max(0, middle) });
      },
      { defer: true },
    ),
  );
  const sortOf = (column: TrialColumn | null) => {
    if (column === null || order().column !== column) return undefined;
    return order().descending ? "descending" : "ascending";
  };
  return (
    <section
      ref={list}
      class="scroll-hint relative max-h-[30rem] overflow-auto [overflow-anchor:none]"
      aria-label={t("common.trials")}
      tabindex={0}
      onScroll={({ currentTarget }) =>
        setView({ scrolledPx: currentTarget.scrollTop, heightPx: currentTarget.clientHeight })
      }
    >
      <table class="w-full min-w-[52rem] table-fixed text-sm" aria-rowcount={sorted().length + 1}>
        <caption class="sr-only">{t("tuning.table.caption")}</caption>
        <thead class="sticky top-0 z-10 bg-surface shadow-[inset_0_-1px_0_var(--color-line)]">
          <tr class="text-left">
            <For each={columns()}>
              {({ column, label, numeric, width }) => (
                <th
                  scope="col"
                  aria-sort={sortOf(column)}
                  class={`px-4 py-2 text-xs font-medium whitespace-nowrap text-muted ${numeric ? "text-right" : ""} ${width}`}
                >
                  <Show when={column} fallback={label}>
                    {(key) => (
                      <button
                        type="button"
                        class="rounded-sm hover:text-ink"
                        onClick={() => setOrder(nextOrder(order(), key()))}
                      >
                        {label}
                        <span aria-hidden="true" class="inline-block w-3 text-center">
                          {sortOf(key()) === "ascending" ? "↑" : sortOf(key()) === "descending" ? "↓" : ""}
                        </span>
                      </button>
                    )}
                  </Show>
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody class="divide-y divide-line">
          <Gap rows={shown().from} />
          <For
            each={rows()}
            fallback={
              <tr>
                <td colspan={columns().length} class="px-4 py-6 text-muted">
                  {props.isActive ? t("tuning.table.starting") : t("tuning.table.none")}
                </td>
              </tr>
            }
          >
            {(trial, at) => (
              <TrialRow
                trial={trial}
                row={shown().from + at() + 2}
                isBest={trial.number === props.best}
                isPicked={trial.number === props.picked}
                onPick={() => props.onPick(trial.number)}
                isActive={props.isActive}
              />
            )}
          </For>
          <Gap rows={sorted().length - shown().to} />
        </tbody>
      </table>
    </section>
  );
}

/** The space of rows that are not drawn. */
function Gap(props: { rows: number }): JSX.Element {
  return (
    <Show when={props.rows > 0}>
      <tr style={{ height: `${props.rows * ROW_PX}px` }}>
        <td colspan={columns().length} />
      </tr>
    </Show>
  );
}

function TrialRow(props: {
  trial: TrialResponse;
  /** From 1, including the head. */
  row: number;
  isBest: boolean;
  isPicked: boolean;
  onPick: () => void;
  isActive: boolean;
}): JSX.Element {
  const state = () => (props.trial.state === "RUNNING" && !props.isActive ? "CANCELLED" : props.trial.state);
  return (
    <tr
      aria-rowindex={props.row}
      class={`h-11 ${props.isPicked ? "outline-2 -outline-offset-2 outline-accent" : ""} ${props.isBest ? "bg-accent-soft" : "hover:bg-hover/50"}`}
    >
      <td class={DENSE_NUMBER_CELL}>
        <button
          type="button"
          class="rounded-sm px-1 underline decoration-line underline-offset-4 hover:decoration-accent"
          aria-pressed={props.isPicked}
          onClick={() => props.onPick()}
        >
          {props.trial.number}
        </button>
      </td>
      <td class={DENSE_CELL}>
        <span class="flex items-center gap-2">
          <AlgorithmDot algorithm={props.trial.algorithm} />
          <span class="truncate">{algorithmTitle(props.trial.algorithm)}</span>
        </span>
      </td>
      <td class="px-4 align-middle">
        <Params trial={props.trial} />
      </td>
      <td class={`${DENSE_CELL} whitespace-nowrap`}>
        <StatusBadge status={state()} />
        <Show when={props.trial.attempts > 1}>
          <span class="num ml-1.5 text-xs text-muted">{t("tuning.table.attempt", props.trial.attempts)}</span>
        </Show>
      </td>
      <td class={`${DENSE_NUMBER_CELL} ${props.isBest ? "font-semibold" : ""}`}>
        {formatMetric(props.trial.value)}
        <Show when={props.trial.value_on_all_users !== null}>
          <span class="block text-xs text-muted">
            {t("tuning.table.allUsers", formatMetric(props.trial.value_on_all_users))}
          </span>
        </Show>
        <Show when={props.isBest}>
          <span class="sr-only"> {t("tuning.table.best")}</span>
        </Show>
      </td>
      <td class={`${DENSE_NUMBER_CELL} text-muted`}>
        {props.trial.seconds === null ? "–" : formatDuration(props.trial.seconds)}
      </td>
    </tr>
  );
}

/** The settings in two lines at most, and why the trial failed; the tooltip has the full text. */
function Params(props: { trial: TrialResponse }): JSX.Element {
  const entries = () => Object.entries(props.trial.params).filter(([name]) => name !== "algorithm");
  const texts = () =>
    entries().map(([name, value]) => `${paramTitle(name, props.trial.algorithm)} ${formatParam(value)}`);
  const error = () => props.trial.error ?? "";
  return (
    <p class="num line-clamp-2 text-xs leading-4" title={[error(), ...texts()].filter(Boolean).join("\n")}>
      <Show when={error()}>
        <span class="mr-3 text-bad">{error()}</span>
      </Show>
      <For each={entries()} fallback={<span class="text-faint">{t("tuning.table.noSettings")}</span>}>
        {([name, value]) => (
          <span class="mr-3 inline-block">
            <span class="text-muted">{paramTitle(name, props.trial.algorithm)}</span> {formatParam(value)}
          </span>
        )}
      </For>
    </p>
  );
}
