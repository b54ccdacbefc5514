import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, For, type JSX, Show } from "solid-js";
import type { ItemMetaDataResponse } from "#contract/training-data.ts";
import { deleteMetaData, metaDataListKey, metaDataListQuery } from "../../api/item-meta-data.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { MetaDataReport } from "./meta-data-report.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import { dismissUpload, type UploadTarget, uploadState } from "./uploads.ts";

export function MetaDataCard(props: { projectId: number; itemColumn: string }): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => metaDataListQuery(props.projectId));
  const target = (): UploadTarget => ({ projectId: props.projectId, kind: "item_meta_data" });
  const invalidate = () => client.invalidateQueries({ queryKey: metaDataListKey(props.projectId) });

  createEffect(() => {
    if (uploadState(target())?.phase !== "done") return;
    dismissUpload(target());
    void invalidate();
  });

  return (
    <Card
      title="Item metadata"
      subtitle={`Optional: one row per item, with its id in ${idPlace(props.itemColumn)} and other columns to show.`}
    >
      <div class="space-y-3">
        <Show when={query.isLoadingError}>
          <ErrorNotice
            title="Could not load the metadata."
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        </Show>
        <UploadPanel target={target()} label="Choose a file of items" />
        <ul class="divide-y divide-line">
          <For each={loadedData(query)?.results}>
            {(row) => (
              <MetaDataRow
                row={row}
                onDelete={async () => {
                  await deleteMetaData(row.id);
                  await invalidate();
                }}
              />
            )}
          </For>
        </ul>
      </div>
    </Card>
  );
}

/** If the data have columns by position, metadata have their ids in the first column. */
function idPlace(itemColumn: string): string {
  return /^\d+$/.test(itemColumn) ? "the first column" : `the column ${itemColumn}`;
}

function MetaDataRow(props: { row: ItemMetaDataResponse; onDelete: () => Promise<void> }): JSX.Element {
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm">
      <span class="min-w-0 truncate font-medium">{props.row.basename}</span>
      <StatusBadge status={props.row.status} />
      <span class="ml-auto text-faint">
        <Ago at={props.row.ins_datetime} />
      </span>
      <ConfirmButton
        trigger={`Delete ${props.row.basename}`}
        triggerIcon="trash"
        compact
        title="Delete this metadata?"
        confirm="Delete metadata"
        onConfirm={props.onDelete}
      >
        Recommendations then show only item ids, or the titles from an earlier file.
      </ConfirmButton>
      <Show when={props.row.error}>
        <p class="w-full text-bad">{props.row.error}</p>
      </Show>
      <Show when={props.row.report}>{(report) => <MetaDataReport report={report()} />}</Show>
    </li>
  );
}
