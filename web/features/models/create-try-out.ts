import { useMutation } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { ScoredItem } from "#contract/model.ts";
import { isApiError } from "../../api/api-error.ts";
import {
  type ListWanted,
  recommendFromItems,
  recommendTo,
  recommendToSample,
  similarItems,
} from "../../api/models.ts";
import { t } from "../../words/words.ts";

export const LIST_LENGTH = 10;
const LIST: ListWanted = { cutoff: LIST_LENGTH, reasons: 2 };

/** A list and its user. */
export interface TryOutAnswer {
  readonly title: string;
  /** The known interactions of the user; null when the answer does not have them. */
  readonly profile: readonly string[] | null;
  readonly items: readonly ScoredItem[];
  /** The item that the others are similar to. */
  readonly similarTo?: string;
}

type Question =
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "sample" }
  | { readonly kind: "items"; readonly itemIds: readonly string[] }
  | { readonly kind: "similar"; readonly itemId: string };

/** Asks a model for a list: for a given user of the data, for a random one, or for somebody who likes some items. */
export function createTryOut(modelId: Accessor<number>) {
  const [userId, setUserId] = createSignal("");
  const mutation = useMutation(() => ({
    mutationFn: (question: Question) => answer(modelId(), question),
    onSuccess: (found) => {
      if (found.userId !== null) setUserId(found.userId);
    },
  }));

  return {
    userId,
    setUserId,
    askPerson: () => {
      const id = userId().trim();
      if (id !== "") mutation.mutate({ kind: "person", userId: id });
    },
    askSample: () => mutation.mutate({ kind: "sample" }),
    askItems: (itemIds: readonly string[]) => mutation.mutate({ kind: "items", itemIds }),
    askSimilar: (itemId: string) => mutation.mutate({ kind: "similar", itemId }),
    clear: () => mutation.reset(),
    answer: (): TryOutAnswer | null => mutation.data ?? null,
    error: () => mutation.error,
    busy: () => mutation.isPending,
  };
}

async function answer(
  modelId: number,
  question: Question,
): Promise<TryOutAnswer & { readonly userId: string | null }> {
  if (question.kind === "similar") {
    const { itemId } = question;
    const items = await similarItems(modelId, itemId, LIST_LENGTH);
    return { title: t("models.tryOut.similar"), profile: null, items, similarTo: itemId, userId: null };
  }
  if (question.kind === "items") {
    const items = await recommendFromItems(modelId, question.itemIds, LIST);
    return { title: t("models.tryOut.forLiker"), profile: question.itemIds, items, userId: null };
  }
  if (question.kind === "person") {
    return answerFor(modelId, question.userId);
  }
  const sample = await recommendToSample(modelId, LIST.reasons);
  return {
    title: t("models.tryOut.for", sample.user_id),
    profile: sample.user_profile,
    items: sample.recommendations.slice(0, LIST_LENGTH),
    userId: sample.user_id,
  };
}

/** As in the API: popular items for a user whom the model does not know. */
async function answerFor(modelId: number, userId: string) {
  try {
    const items = await recommendTo(modelId, userId, LIST);
    return { title: t("models.tryOut.for", userId), profile: null, items, userId };
  } catch (error) {
    if (!isApiError(error, "notFound")) throw error;
    const items = await recommendFromItems(modelId, [], LIST);
    return { title: t("models.tryOut.unknown", userId), profile: null, items, userId };
  }
}

export type TryOut = ReturnType<typeof createTryOut>;
