import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { TableSide } from "#contract/column-schema.ts";
import { columnsKey, columnsQuery, correctColumns, type SentColumn } from "../../api/columns.ts";
import { loadedData } from "../../components/loaded.tsx";
import { type ColumnDraft, correctionsOf, draftOf, type ShownColumn } from "./column-drafts.ts";

/** The columns of a project's item or user table, and what somebody changes about them. */
export function createColumns(projectId: Accessor<number>, side: TableSide) {
  const client = useQueryClient();
  const query = useQuery(() => columnsQuery(projectId(), side));
  const [drafts, setDrafts] = createStore<Record<string, ColumnDraft | undefined>>({});
  const columns = () => loadedData(query)?.columns ?? [];
  const corrections = () => correctionsOf(columns(), drafts);
  const mutation = useMutation(() => ({
    mutationFn: (changed: readonly SentColumn[]) => correctColumns(projectId(), side, changed),
    onSuccess: (saved) => {
      client.setQueryData(columnsKey(projectId(), side), saved);
      setDrafts(reconcile({}));
    },
  }));
  return {
    query,
    columns,
    draft: (column: ShownColumn) => drafts[column.name] ?? draftOf(column),
    change: (column: ShownColumn, change: Partial<ColumnDraft>) => {
      mutation.reset();
      setDrafts(column.name, { ...(drafts[column.name] ?? draftOf(column)), ...change });
    },
    isChanged: () => corrections().length > 0,
    isSaved: () => mutation.isSuccess,
    busy: () => mutation.isPending,
    error: () => mutation.error,
    save: () => mutation.mutate(corrections()),
    discard: () => {
      mutation.reset();
      setDrafts(reconcile({}));
    },
  };
}

export type Columns = ReturnType<typeof createColumns>;
