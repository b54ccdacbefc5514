import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { TableSide } from "#contract/table-sides.ts";
import { isApiError } from "../../api/api-error.ts";
import { columnsKey, columnsQuery, correctColumns, type SentColumn } from "../../api/columns.ts";
import { loadedData } from "../../components/loaded.tsx";
import { type ColumnDraft, correctionsOf, draftOf, type ShownColumn } from "./column-drafts.ts";

/** The columns of a project's item or user table, and what somebody changes about them. */
export function createColumns(projectId: Accessor<number>, side: TableSide) {
  const client = useQueryClient();
  const query = useQuery(() => columnsQuery(projectId(), side));
  const [drafts, setDrafts] = createStore<Record<string, ColumnDraft | undefined>>({});
  /** The version that the drafts began from: the page may load a newer one while somebody edits. */
  const [begun, setBegun] = createSignal<number | null>(null);
  const columns = () => loadedData(query)?.columns ?? [];
  const version = () => loadedData(query)?.version ?? 0;
  const corrections = () => correctionsOf(columns(), drafts);
  const forget = () => {
    setDrafts(reconcile({}));
    setBegun(null);
  };
  const mutation = useMutation(() => ({
    mutationFn: (changed: readonly SentColumn[]) =>
      correctColumns(projectId(), side, { version: begun() ?? version(), columns: changed }),
    onSuccess: (saved) => {
      client.setQueryData(columnsKey(projectId(), side), saved);
      forget();
    },
    /** Drafts stay, beside what the columns are now: the next save is made from what is then shown. */
    onError: async (error) => {
      if (!isApiError(error, "conflict")) return;
      await client.invalidateQueries({ queryKey: columnsKey(projectId(), side) });
      setBegun(null);
    },
  }));
  return {
    query,
    columns,
    draft: (column: ShownColumn) => drafts[column.name] ?? draftOf(column),
    change: (column: ShownColumn, change: Partial<ColumnDraft>) => {
      mutation.reset();
      setBegun((known) => known ?? version());
      setDrafts(column.name, { ...(drafts[column.name] ?? draftOf(column)), ...change });
    },
    isChanged: () => corrections().length > 0,
    isSaved: () => mutation.isSuccess,
    busy: () => mutation.isPending,
    error: () => mutation.error,
    save: () => mutation.mutate(corrections()),
    discard: () => {
      mutation.reset();
      forget();
    },
  };
}

export type Columns = ReturnType<typeof createColumns>;
