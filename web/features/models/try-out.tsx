import { Tabs } from "@kobalte/core/tabs";
import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { ScoredItem } from "#contract/model.ts";
import { columnsQuery } from "../../api/columns.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextField } from "../../components/field.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { createItemRows, createMetaDataId } from "./create-item-rows.ts";
import { createTryOut, type TryOut, type TryOutAnswer } from "./create-try-out.ts";
import { ItemPicker } from "./item-picker.tsx";
import { itemFacts } from "./item-titles.ts";
import { RecommendationList } from "./recommendation-list.tsx";
import { reasonsText, sharedText } from "./why.ts";

const TAB =
  "border-b-2 border-transparent px-1 py-2 text-sm font-medium text-muted hover:text-ink " +
  "data-[selected]:border-accent data-[selected]:text-ink";
/** Longer histories are cut: the first items show the taste. */
const PROFILE_SHOWN = 12;

/** Try a model: ask it for a list and look at it. */
export function TryOutPanel(props: { modelId: number; projectId: number }): JSX.Element {
  const tryOut = createTryOut(() => props.modelId);
  const metaDataId = createMetaDataId(() => props.projectId);
  const [liked, setLiked] = createSignal<readonly string[]>([]);
  const [likeItem, setLikeItem] = createSignal<readonly string[]>([]);
  const shownIds = () => [
    ...(tryOut
      .answer()
      ?.items.flatMap(({ item_id, reasons = [] }) => [
        item_id,
        ...reasons.flatMap((reason) => ("item_id" in reason ? [reason.item_id] : [])),
      ]) ?? []),
    ...likeItem(),
    ...(tryOut.answer()?.profile ?? []).slice(0, PROFILE_SHOWN),
    ...liked(),
  ];
  const rows = createItemRows(metaDataId, shownIds);
  const titleOf = (itemId: string) => itemFacts(rows().get(itemId)).title ?? itemId;
  const columns = useQuery(() => columnsQuery(props.projectId, "item"));
  const separators = () =>
    Object.fromEntries((loadedData(columns)?.columns ?? []).map(({ name, separator }) => [name, separator]));
  const why = (item: ScoredItem) => {
    const similarTo = tryOut.answer()?.similarTo;
    if (similarTo === undefined) return reasonsText(item.reasons ?? [], titleOf);
    return sharedText(rows().get(similarTo), rows().get(item.item_id), separators());
  };
  function askSimilar(itemIds: readonly string[]): void {
    // One at a time: a new choice takes the place of the old one.
    const [itemId] = itemIds.slice(-1);
    setLikeItem(itemId === undefined ? [] : [itemId]);
    if (itemId === undefined) tryOut.clear();
    else tryOut.askSimilar(itemId);
  }

  return (
    <div class="grid items-start gap-4 lg:grid-cols-[2fr_3fr]">
      <Card title={t("common.tryIt")}>
        <Tabs onChange={tryOut.clear}>
          <Tabs.List class="-mt-1 mb-4 flex gap-5 border-b border-line">
            <Tabs.Trigger value="person" class={TAB}>
              {t("models.tryOut.person")}
            </Tabs.Trigger>
            <Tabs.Trigger value="items" class={TAB}>
              {t("models.tryOut.likedItems")}
            </Tabs.Trigger>
            <Tabs.Trigger value="similar" class={TAB}>
              {t("models.tryOut.similar")}
            </Tabs.Trigger>
          </Tabs.List>
          <Tabs.Content value="person" class="rounded-sm">
            <AskPerson tryOut={tryOut} />
          </Tabs.Content>
          <Tabs.Content value="items" class="rounded-sm">
            <div class="space-y-3">
              <ItemPicker
                label={t("models.tryOut.likedItems")}
                metaDataId={metaDataId()}
                chosen={liked()}
                rows={rows()}
                onChange={setLiked}
              />
              <Button
                look="primary"
                busy={tryOut.busy()}
                disabled={liked().length === 0}
                onClick={() => tryOut.askItems(liked())}
              >
                {t("models.tryOut.recommend")}
              </Button>
              <p class="text-xs text-faint">{t("models.tryOut.unmet")}</p>
            </div>
          </Tabs.Content>
          <Tabs.Content value="similar" class="rounded-sm">
            <div class="space-y-3">
              <ItemPicker
                label={t("models.tryOut.item")}
                metaDataId={metaDataId()}
                chosen={likeItem()}
                rows={rows()}
                onChange={askSimilar}
              />
              <p class="text-xs text-faint">{t("models.tryOut.pick")}</p>
            </div>
          </Tabs.Content>
        </Tabs>
      </Card>
      <Card title={tryOut.answer()?.title ?? t("models.tryOut.recommendations")} flush>
        <Show when={tryOut.error()}>
          {(error) => (
            <div class="px-4 pb-4">
              <ErrorNotice title={t("models.tryOut.failed")} error={error()} />
            </div>
          )}
        </Show>
        <Show
          when={tryOut.answer()}
          fallback={
            <Show when={!tryOut.error()}>
              <p class="px-4 pt-1 pb-8 text-sm text-muted">{t("models.tryOut.empty")}</p>
            </Show>
          }
        >
          {(answer) => (
            <>
              <Profile answer={answer()} titleOf={titleOf} />
              <div class="border-t border-line">
                <RecommendationList items={answer().items} rows={rows} separators={separators()} why={why} />
              </div>
            </>
          )}
        </Show>
      </Card>
    </div>
  );
}

function AskPerson(props: { tryOut: TryOut }): JSX.Element {
  return (
    <form
      class="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        props.tryOut.askPerson();
      }}
    >
      <TextField
        label={t("models.tryOut.userId")}
        autocomplete="off"
        hint={t("models.tryOut.userIdHint")}
        value={props.tryOut.userId()}
        onValue={props.tryOut.setUserId}
      />
      <div class="flex flex-wrap gap-2">
        <Button
          type="submit"
          look="primary"
          busy={props.tryOut.busy()}
          disabled={props.tryOut.userId().trim() === ""}
        >
          {t("models.tryOut.recommend")}
        </Button>
        <Button icon="dice" disabled={props.tryOut.busy()} onClick={props.tryOut.askSample}>
          {t("models.tryOut.surprise")}
        </Button>
      </div>
    </form>
  );
}

function Profile(props: { answer: TryOutAnswer; titleOf: (itemId: string) => string }): JSX.Element {
  const shown = () => (props.answer.profile ?? []).slice(0, PROFILE_SHOWN);
  const hiddenCount = () => (props.answer.profile?.length ?? 0) - shown().length;
  return (
    <Show when={shown().length > 0}>
      <div class="px-4 pb-3 text-sm">
        <p class="mb-1 text-xs text-muted">{t("models.tryOut.seen")}</p>
        <ul class="flex flex-wrap gap-1">
          <For each={shown()}>
            {(itemId) => (
              <li class="max-w-48 truncate rounded-sm bg-hover px-1.5 py-0.5 text-xs">
                {props.titleOf(itemId)}
              </li>
            )}
          </For>
          <Show when={hiddenCount() > 0}>
            <li class="num px-1 py-0.5 text-xs text-muted">{t("models.tryOut.more", hiddenCount())}</li>
          </Show>
        </ul>
      </div>
    </Show>
  );
}
