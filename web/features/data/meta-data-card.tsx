import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, For, type JSX, on, Show } from "solid-js";
import { MAX_METADATA_BYTES } from "#contract/limits.ts";
import type { TableSide } from "#contract/table-sides.ts";
import type { ItemMetaDataResponse } from "#contract/training-data.ts";
import { columnsKey } from "../../api/columns.ts";
import { deleteMetaData, metaDataListKey, metaDataListQuery } from "../../api/item-meta-data.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { ColumnsForm } from "./columns-form.tsx";
import { MetaDataReport } from "./meta-data-report.tsx";
import { UploadPanel } from "./upload-panel.tsx";
import { dismissUpload, type UploadTarget, uploadState } from "./uploads.ts";

const sizes = () => t("data.tableSizes", MAX_METADATA_BYTES / 2 ** 20);

const KINDS = { item: "item_meta_data", user: "user_meta_data" } as const;

/** The files of one side, with their reports, and what their columns are. */
export function MetaDataCard(props: { projectId: number; side: TableSide; idColumn: string }): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => metaDataListQuery(props.projectId, props.side));
  const target = (): UploadTarget => ({ projectId: props.projectId, kind: KINDS[props.side] });
  const invalidate = () =>
    client.invalidateQueries({ queryKey: metaDataListKey(props.projectId, props.side) });
  // The columns are guessed when a file has been read.
  const readFiles = () => loadedData(query)?.results.filter(({ status }) => status === "READY").length ?? 0;
  createEffect(
    on(
      readFiles,
      () => void client.invalidateQueries({ queryKey: columnsKey(props.projectId, props.side) }),
      { defer: true },
    ),
  );

  createEffect(() => {
    if (uploadState(target())?.phase !== "done") return;
    dismissUpload(target());
    void invalidate();
  });

  return (
    <Card
      title={t(`data.tables.${props.side}.title`)}
      subtitle={t(`data.tables.${props.side}.about`, idPlace(props.idColumn))}
    >
      <div class="space-y-3">
        <Show when={query.isLoadingError}>
          <ErrorNotice
            title={t("data.tables.notLoaded")}
            error={query.error}
            onRetry={() => void query.refetch()}
          />
        </Show>
        <UploadPanel target={target()} label={t(`data.tables.${props.side}.choose`)} hint={sizes()} />
        <ul class="divide-y divide-line">
          <For each={loadedData(query)?.results}>
            {(row) => (
              <MetaDataRow
                row={row}
                side={props.side}
                onDelete={async () => {
                  await deleteMetaData(row.id, props.side);
                  await invalidate();
                }}
              />
            )}
          </For>
        </ul>
        <ColumnsForm projectId={props.projectId} side={props.side} />
      </div>
    </Card>
  );
}

/** If the data have columns by position, metadata have their ids in the first column. */
function idPlace(itemColumn: string): string {
  return /^\d+$/.test(itemColumn) ? t("data.tables.firstColumn") : t("data.tables.column", itemColumn);
}

function MetaDataRow(props: {
  row: ItemMetaDataResponse;
  side: TableSide;
  onDelete: () => Promise<void>;
}): JSX.Element {
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm">
      <span class="min-w-0 truncate font-medium">{props.row.basename}</span>
      <StatusBadge status={props.row.status} />
      <span class="ml-auto text-faint">
        <Ago at={props.row.ins_datetime} />
      </span>
      <ConfirmButton
        needs="editor"
        trigger={t("data.delete", props.row.basename ?? "")}
        triggerIcon="trash"
        compact
        title={t("data.tables.deleteQuestion")}
        confirm={t("data.tables.delete")}
        onConfirm={props.onDelete}
      >
        {t(`data.tables.${props.side}.after`)}
      </ConfirmButton>
      <Show when={props.row.error}>
        <p class="w-full text-bad">{props.row.error}</p>
      </Show>
      <Show when={props.row.report}>
        {(report) => <MetaDataReport report={report()} side={props.side} />}
      </Show>
    </li>
  );
}
