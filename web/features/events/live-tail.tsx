import { useSearchParams } from "@solidjs/router";
import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import { createSignal, Index, type JSX, Show } from "solid-js";
import type { EventTailResponse } from "#contract/event-tail.ts";
import { eventTailQuery } from "../../api/event-tail.ts";
import type { ItemRow } from "../../api/item-meta-data.ts";
import { Ago } from "../../components/ago.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { formatCount, formatParam } from "../../components/format.ts";
import { Loaded, loadedData } from "../../components/loaded.tsx";
import { DENSE_CELL, DENSE_NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import { createItemRows, createMetaDataId } from "../models/create-item-rows.ts";
import { itemFacts } from "../models/item-titles.ts";
import { useProject } from "../shell/use-project.ts";
import { choosableTypes, sumOfTypes } from "./tail-types.ts";

type TailEvent = EventTailResponse["events"][number];

/** The last events, read again every few seconds; the chosen type is in the address. */
export function LiveTail(): JSX.Element {
  const { projectId } = useProject();
  const [params, setParams] = useSearchParams<{ type?: string }>();
  const [isPaused, setPaused] = createSignal(false);
  const type = () => params.type || null;
  const query = useQuery(() => ({
    ...eventTailQuery(projectId(), type(), isPaused()),
    // The types stay while another one is fetched, so that the pressed one keeps the focus.
    placeholderData: keepPreviousData,
  }));
  const events = () => loadedData(query)?.events ?? [];
  const rows = createItemRows(createMetaDataId(projectId), () => events().map(({ item_id }) => item_id));
  return (
    <Card
      title={t("events.tail.title")}
      subtitle={isPaused() ? t("events.tail.paused") : t("events.tail.about")}
      actions={
        <Button look="quiet" onClick={() => setPaused(!isPaused())}>
          {isPaused() ? t("events.tail.go") : t("events.tail.pause")}
        </Button>
      }
      flush
    >
      <div class="min-h-40">
        <Loaded query={query} what={t("events.what.tail")}>
          {(found) => (
            <>
              <TypeChoice
                types={found().types}
                chosen={type()}
                choose={(next) => setParams({ type: next ?? undefined })}
              />
              <TailTable events={found().events} rows={rows()} />
            </>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

function TypeChoice(props: {
  types: EventTailResponse["types"];
  chosen: string | null;
  choose: (type: string | null) => void;
}): JSX.Element {
  const all = () => [
    { type: null, ...sumOfTypes(props.types) },
    ...choosableTypes(props.types, props.chosen),
  ];
  return (
    <fieldset class="flex flex-wrap gap-2 px-4 pt-1 pb-3" aria-label={t("events.tail.types")}>
      <Index each={all()}>
        {(one) => (
          <button
            type="button"
            aria-pressed={props.chosen === one().type}
            class="rounded-md border border-line px-2.5 py-1.5 text-left aria-pressed:border-accent aria-pressed:bg-accent-soft pointer-coarse:min-h-11"
            onClick={() => props.choose(one().type)}
          >
            <span class="block text-sm font-medium">{one().type ?? t("events.tail.all")}</span>
            <span class="num block text-xs text-muted">
              {t("events.tail.counts", formatCount(one().last_hour), formatCount(one().last_day))}
            </span>
          </button>
        )}
      </Index>
    </fieldset>
  );
}

function TailTable(props: { events: readonly TailEvent[]; rows: ReadonlyMap<string, ItemRow> }): JSX.Element {
  const head = () => [
    { label: t("events.tail.type") },
    { label: t("events.tail.user") },
    { label: t("events.tail.item") },
    { label: t("events.tail.value"), numeric: true, wide: true },
    { label: t("events.tail.when"), numeric: true },
  ];
  return (
    <Show
      when={props.events.length > 0}
      fallback={<p class="px-4 pb-6 text-sm text-muted">{t("events.tail.none")}</p>}
    >
      <div class="max-h-96 overflow-y-auto">
        <Table caption={t("events.tail.title")} head={head()}>
          {/* By place: events have no ids, and a poll then changes texts alone. */}
          <Index each={props.events}>
            {(event) => <TailRow event={event()} title={itemFacts(props.rows.get(event().item_id)).title} />}
          </Index>
        </Table>
      </div>
    </Show>
  );
}

function TailRow(props: { event: TailEvent; title: string | null }): JSX.Element {
  return (
    <tr>
      <td class={`${DENSE_CELL} font-mono text-xs`}>{props.event.type}</td>
      <td class={`${DENSE_CELL} max-w-40 truncate font-mono text-xs`}>{props.event.user_id}</td>
      <td class={`${DENSE_CELL} max-w-64 truncate`} title={props.event.item_id}>
        {props.title ?? <span class="font-mono text-xs">{props.event.item_id}</span>}
      </td>
      <td class={`${DENSE_NUMBER_CELL} ${WIDE}`}>
        {props.event.value === null ? "" : formatParam(props.event.value)}
      </td>
      <td class={`${DENSE_NUMBER_CELL} text-muted`}>
        <Ago at={props.event.time} />
      </td>
    </tr>
  );
}
