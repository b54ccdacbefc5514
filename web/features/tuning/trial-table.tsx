import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { TrialResponse } from "#contract/tuning-job.ts";
import { StatusBadge } from "../../components/badge.tsx";
import { formatDuration, formatMetric, formatParam } from "../../components/format.ts";
import { DENSE_CELL, DENSE_NUMBER_CELL } from "../../components/table.tsx";
import { algorithmTitle, paramTitle } from "./algorithm-look.ts";
import { FIRST_ORDER, nextOrder, sortTrials, type TrialColumn } from "./sort-trials.ts";
import { AlgorithmDot } from "./study-chart.tsx";

const COLUMNS: readonly { column: TrialColumn | null; label: string; numeric?: boolean }[] = [
  { column: "number", label: "Trial", numeric: true },
  { column: "algorithm", label: "Algorithm" },
  { column: null, label: "Settings" },
  { column: "state", label: "State" },
  { column: "value", label: "Value", numeric: true },
  { column: "seconds", label: "Time", numeric: true },
];

/** All trials of a study, in the order that is asked for. */
export function TrialTable(props: {
  trials: readonly TrialResponse[];
  best: number | null;
  /** False once the job has ended: what still runs then was given up. */
  isActive: boolean;
}): JSX.Element {
  const [order, setOrder] = createSignal(FIRST_ORDER);
  const sorted = createMemo(() => sortTrials(props.trials, order()));
  const sortOf = (column: TrialColumn | null) => {
    if (column === null || order().column !== column) return undefined;
    return order().descending ? "descending" : "ascending";
  };
  return (
    <section class="relative max-h-[30rem] overflow-auto" aria-label="Trials" tabindex={0}>
      <table class="w-full text-sm">
        <caption class="sr-only">Trials of this study</caption>
        <thead class="sticky top-0 z-10 bg-surface shadow-[inset_0_-1px_0_var(--color-line)]">
          <tr class="text-left">
            <For each={COLUMNS}>
              {({ column, label, numeric }) => (
                <th
                  scope="col"
                  aria-sort={sortOf(column)}
                  class={`px-4 py-2 text-xs font-medium whitespace-nowrap text-muted ${numeric ? "text-right" : ""}`}
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
          <For
            each={sorted()}
            fallback={
              <tr>
                <td colspan={COLUMNS.length} class="px-4 py-6 text-muted">
                  {props.isActive ? "The first trials are about to start." : "No trial was run."}
                </td>
              </tr>
            }
          >
            {(trial) => (
              <TrialRow trial={trial} isBest={trial.number === props.best} isActive={props.isActive} />
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
}

function TrialRow(props: { trial: TrialResponse; isBest: boolean; isActive: boolean }): JSX.Element {
  const state = () => (props.trial.state === "RUNNING" && !props.isActive ? "CANCELLED" : props.trial.state);
  return (
    <tr class={props.isBest ? "bg-accent-soft" : "hover:bg-hover/50"}>
      <td class={`${DENSE_NUMBER_CELL} w-px`}>{props.trial.number}</td>
      <td class={`${DENSE_CELL} whitespace-nowrap`}>
        <span class="flex items-center gap-2">
          <AlgorithmDot algorithm={props.trial.algorithm} /> {algorithmTitle(props.trial.algorithm)}
        </span>
      </td>
      <td class={`${DENSE_CELL} min-w-56`}>
        <Params trial={props.trial} />
        <Show when={props.trial.error}>
          <p class="text-xs break-words text-bad">{props.trial.error}</p>
        </Show>
      </td>
      <td class={`${DENSE_CELL} whitespace-nowrap`}>
        <StatusBadge status={state()} />
        <Show when={props.trial.attempts > 1}>
          <span class="num ml-1.5 text-xs text-muted">attempt {props.trial.attempts}</span>
        </Show>
      </td>
      <td class={`${DENSE_NUMBER_CELL} ${props.isBest ? "font-semibold" : ""}`}>
        {formatMetric(props.trial.value)}
        <Show when={props.isBest}>
          <span class="sr-only"> (best)</span>
        </Show>
      </td>
      <td class={`${DENSE_NUMBER_CELL} text-muted`}>
        {props.trial.seconds === null ? "–" : formatDuration(props.trial.seconds)}
      </td>
    </tr>
  );
}

function Params(props: { trial: TrialResponse }): JSX.Element {
  const entries = () => Object.entries(props.trial.params).filter(([name]) => name !== "algorithm");
  return (
    <span class="num flex flex-wrap gap-x-3 text-xs">
      <For each={entries()} fallback={<span class="text-faint">none</span>}>
        {([name, value]) => (
          <span class="whitespace-nowrap">
            <span class="text-muted">{paramTitle(name, props.trial.algorithm)}</span> {formatParam(value)}
          </span>
        )}
      </For>
    </span>
  );
}
