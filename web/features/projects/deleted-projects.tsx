import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { DeletionResponse } from "#contract/deletion.ts";
import { deletionsQuery } from "../../api/projects.ts";
import { Ago } from "../../components/ago.tsx";
import { StatusBadge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { formatBytes } from "../../components/format.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";

const SHOWN = 3;

/** The last deletions, and what each has erased so far. */
export function DeletedProjects(): JSX.Element {
  const query = useQuery(() => deletionsQuery());
  const shown = () => loadedData(query)?.results.slice(0, SHOWN) ?? [];
  return (
    <Show when={shown().length > 0}>
      <Card title={t("projects.deleted.title")} subtitle={t("projects.deleted.about")} class="mt-6">
        <ul class="space-y-2 text-sm" aria-label={t("projects.deleted.list")}>
          <For each={shown()}>
            {(deletion) => (
              <li class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="font-medium">{t("projects.deleted.project", deletion.project ?? 0)}</span>
                <StatusBadge status={deletion.status} />
                <span class="text-muted">{reportText(deletion)}</span>
                <span class="text-muted">
                  <Ago at={deletion.ins_datetime} />
                </span>
              </li>
            )}
          </For>
        </ul>
      </Card>
    </Show>
  );
}

function reportText({ report }: DeletionResponse): string {
  const rows = Object.values(report.rows).reduce((sum, count) => sum + count, 0);
  const parts = [
    t("count.rows", rows),
    `${t("count.files", report.objects.count)} (${formatBytes(report.objects.bytes)})`,
    t("count.jobs", report.job_objects),
  ];
  return parts.join(", ");
}
