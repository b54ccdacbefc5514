import { useNavigate } from "@solidjs/router";
import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { createEffect, type JSX, onMount, Show } from "solid-js";
import { dataListKey, dataListQuery } from "../../api/training-data.ts";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { createPageParam } from "../../components/page-param.ts";
import { Pager } from "../../components/pager.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { DataTable } from "./data-table.tsx";
import { MetaDataCard } from "./meta-data-card.tsx";
import { takePendingFile } from "./pending-file.ts";
import { UploadPanel } from "./upload-panel.tsx";
import { dismissUpload, startUpload, type UploadTarget, uploadState } from "./uploads.ts";

export function DataPage(): JSX.Element {
  const { project, projectId, href } = useProject();
  const [page, setPage] = createPageParam();
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery(() => dataListQuery(projectId(), page()));
  const target = (): UploadTarget => ({ projectId: projectId(), kind: "training_data" });

  onMount(() => {
    const file = takePendingFile(projectId());
    if (file) void startUpload(target(), file);
  });
  createEffect(() => {
    const state = uploadState(target());
    if (state?.phase !== "done") return;
    dismissUpload(target());
    void client.invalidateQueries({ queryKey: dataListKey(projectId()) });
    navigate(href(`/data/${state.rowId}`));
  });

  const columns = () =>
    [project()?.user_column, project()?.item_column, project()?.time_column].filter(Boolean).join(", ");
  return (
    <>
      <PageHeader title={t("common.data")} description={t("data.about")} />
      <div class="space-y-4">
        <Card title={t("common.interactions")} subtitle={t("data.rowsWith", columns())}>
          <UploadPanel target={target()} label={t("data.chooseInteractions")} />
        </Card>
        <Loaded query={query} what={t("common.theData")}>
          {(list) => (
            <Show when={list().count > 0}>
              <Card title={t("data.files")} flush>
                <DataTable rows={list().results} href={href} projectId={projectId()} />
                <Pager count={list().count} page={page()} onPage={setPage} />
              </Card>
            </Show>
          )}
        </Loaded>
        {/* A list that comes later would push them down. */}
        <Show when={!query.isPending}>
          <MetaDataCard projectId={projectId()} side="item" idColumn={project()?.item_column ?? ""} />
          <MetaDataCard projectId={projectId()} side="user" idColumn={project()?.user_column ?? ""} />
        </Show>
      </div>
    </>
  );
}
