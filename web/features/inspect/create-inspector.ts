import { useSearchParams } from "@solidjs/router";
import { keepPreviousData, useQuery } from "@tanstack/solid-query";
import { type Accessor, createMemo } from "solid-js";
import type { ScoredItem } from "#contract/model.ts";
import { isApiError } from "../../api/api-error.ts";
import { columnsQuery } from "../../api/columns.ts";
import {
  historyOf,
  modelConfigurationsQuery,
  modelListQuery,
  recommendFromItems,
  recommendTo,
  similarItems,
} from "../../api/models.ts";
import { loadedData } from "../../components/loaded.tsx";
import { createItemRows, createMetaDataId } from "../models/create-item-rows.ts";
import { createLiveVersion } from "../models/create-live-version.ts";
import { useProject } from "../shell/use-project.ts";
import { isAsked, itemsValue, type Mode, type Question, questionOf } from "./question.ts";

export const LIST_LENGTH = 12;
const WANTED = { cutoff: LIST_LENGTH, reasons: 3 };
const HISTORY_SHOWN = 20;

/** A list, and whether the model knows who asks. */
interface Answer {
  readonly items: readonly ScoredItem[];
  readonly isKnown: boolean;
}

async function ask(modelId: number, question: Question, signal: AbortSignal): Promise<Answer> {
  const { mode, userId, itemIds, itemId } = question;
  if (mode === "item") {
    return { items: await similarItems(modelId, itemId, LIST_LENGTH, signal), isKnown: true };
  }
  if (mode === "session") {
    return { items: await recommendFromItems(modelId, itemIds, WANTED, signal), isKnown: true };
  }
  try {
    return { items: await recommendTo(modelId, userId, WANTED, signal), isKnown: true };
  } catch (error) {
    // As in serving: somebody whom the model does not know gets popular items.
    if (!isApiError(error, "notFound")) throw error;
    return { items: await recommendFromItems(modelId, [], WANTED, signal), isKnown: false };
  }
}

async function knownHistory(modelId: number, userId: string, signal: AbortSignal): Promise<string[]> {
  try {
    return await historyOf(modelId, userId, signal);
  } catch (error) {
    if (isApiError(error, "notFound")) return [];
    throw error;
  }
}

/** Lists of one model or two for a person, a session or an item, as the address names them. */
export function createInspector() {
  const { projectId } = useProject();
  const [address, setAddress] = useSearchParams<Record<string, string>>();
  const question = createMemo(() => questionOf(address));
  const models = useQuery(() => modelListQuery(projectId()));
  const configurations = useQuery(() => modelConfigurationsQuery(projectId()));
  const live = createLiveVersion(projectId);
  const ready = () => (loadedData(models)?.results ?? []).filter(({ status }) => status === "READY");
  const liveId = () => live.slots()[0]?.model.id ?? null;
  const modelId = () => {
    const ids = ready().map(({ id }) => id);
    return [question().modelId, liveId(), ids[0]].find((id) => id != null && ids.includes(id)) ?? null;
  };
  const otherId = () => {
    const other = question().otherId;
    return other !== modelId() && ready().some(({ id }) => id === other) ? other : null;
  };
  const listOf = (id: Accessor<number | null>) =>
    useQuery(() => ({
      queryKey: ["inspect", id(), question()],
      queryFn: ({ signal }) => ask(id() ?? 0, question(), signal),
      enabled: id() !== null && isAsked(question()),
      placeholderData: keepPreviousData,
      reconcile: false as const,
    }));
  const list = listOf(modelId);
  const other = listOf(otherId);
  const history = useQuery(() => ({
    queryKey: ["history", modelId(), question().userId],
    queryFn: ({ signal }) => knownHistory(modelId() ?? 0, question().userId, signal),
    enabled: modelId() !== null && question().mode === "person" && question().userId !== "",
    reconcile: false as const,
  }));
  const historyIds = (): readonly string[] => {
    const { mode, userId, itemIds, itemId } = question();
    if (mode === "session") return itemIds;
    if (mode === "item") return itemId === "" ? [] : [itemId];
    return userId === "" ? [] : (loadedData(history) ?? []);
  };
  const answerOf = (query: typeof list) => (isAsked(question()) ? (loadedData(query) ?? null) : null);
  const shownIds = () => {
    const items = [answerOf(list), otherId() === null ? null : answerOf(other)].flatMap(
      (answer) => answer?.items ?? [],
    );
    const because = items.flatMap(({ reasons = [] }) =>
      reasons.flatMap((reason) => ("item_id" in reason ? [reason.item_id] : [])),
    );
    return [...items.map(({ item_id }) => item_id), ...because, ...historyIds().slice(0, HISTORY_SHOWN)];
  };
  const metaDataId = createMetaDataId(projectId);
  const rows = createItemRows(metaDataId, shownIds);
  const columns = useQuery(() => columnsQuery(projectId(), "item"));
  return {
    projectId,
    question,
    isPending: () => models.isPending || live.isPending(),
    error: () => list.error ?? (otherId() === null ? null : other.error) ?? history.error,
    ready,
    isLive: (id: number) => live.isLive(id),
    /** The class name of a model's algorithm; null while it is not known. */
    algorithmOf: (configuration: number) =>
      loadedData(configurations)?.results.find(({ id }) => id === configuration)?.recommender_class_name ??
      null,
    modelId,
    otherId,
    answer: () => answerOf(list),
    otherAnswer: () => (otherId() === null ? null : answerOf(other)),
    isAsking: () => list.isFetching,
    historyIds: () => historyIds().slice(0, HISTORY_SHOWN),
    historyCount: () => historyIds().length,
    metaDataId,
    rows,
    separators: () =>
      Object.fromEntries(
        (loadedData(columns)?.columns ?? []).map(({ name, separator }) => [name, separator]),
      ),
    setMode: (mode: Mode) => setAddress({ mode }),
    setPerson: (user: string) => setAddress({ mode: "person", user: user || undefined }),
    setItem: (item: string | undefined) => setAddress({ mode: "item", item }),
    setSession: (itemIds: readonly string[]) => setAddress({ mode: "session", items: itemsValue(itemIds) }),
    setModel: (id: string) => setAddress({ model: id || undefined }),
    setOther: (id: string) => setAddress({ beside: id || undefined }),
  };
}

export type Inspector = ReturnType<typeof createInspector>;
