import { useQuery } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { ListOverlap } from "#contract/model-comparison.ts";
import { listOverlapQuery } from "../../api/models.ts";
import { Card } from "../../components/card.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { t } from "../../words/words.ts";

/** How different two models are in what people see, whatever their scores. */
export function OverlapCard(props: { ids: readonly [number, number] }): JSX.Element {
  const query = useQuery(() => listOverlapQuery(props.ids));
  return (
    <Loaded query={query} what={t("models.overlap.what")}>
      {(found) => (
        <Show when={found().mean_shared !== null}>
          <Card
            title={t("models.overlap.title")}
            subtitle={t("models.overlap.about", formatCount(found().people))}
          >
            <Figures found={found()} />
          </Card>
        </Show>
      )}
    </Loaded>
  );
}

function Figures(props: { found: ListOverlap }): JSX.Element {
  const most = () => Math.max(...props.found.shared_counts);
  const range = () => {
    const { interval } = props.found;
    return interval ? t("common.range", decimal(interval.low), decimal(interval.high)) : undefined;
  };
  return (
    <div class="space-y-4">
      <p class="text-lg font-semibold text-pretty">
        {t("models.overlap.sentence", decimal(props.found.mean_shared ?? 0), props.found.cutoff)}
      </p>
      <StatRow>
        <Stat label={t("models.overlap.mean")} value={decimal(props.found.mean_shared ?? 0)} note={range()} />
        <For each={props.found.models}>
          {(model) => (
            <Stat
              label={t("models.overlap.shown", model.version)}
              value={formatCount(model.items_shown)}
              note={t("models.overlap.shownNote")}
            />
          )}
        </For>
      </StatRow>
      <table class="w-full max-w-xl text-sm">
        <caption class="sr-only">{t("models.overlap.table")}</caption>
        <thead>
          <tr class="text-left text-xs text-muted">
            <th scope="col" class="py-1 pr-3 font-medium whitespace-nowrap">
              {t("models.overlap.sharedItems")}
            </th>
            <th scope="col" class="py-1 font-medium" colspan={2}>
              {t("models.overlap.people")}
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.found.shared_counts}>
            {(people, shared) => (
              <tr>
                <td class="num py-0.5 pr-3 text-muted">{shared()}</td>
                <td class="w-full py-0.5">
                  <div class="h-3 rounded-sm bg-accent" style={{ width: `${(people / most()) * 100}%` }} />
                </td>
                <td class="num py-0.5 pl-3 text-right">{formatCount(people)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

const decimal = (value: number) => value.toFixed(1);
