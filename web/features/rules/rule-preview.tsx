import { For, type JSX, Show } from "solid-js";
import type { RulePreviewResponse } from "#contract/saved-rule.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { createItemRows, createMetaDataId } from "../models/create-item-rows.ts";
import { itemFacts } from "../models/item-titles.ts";
import { useProject } from "../shell/use-project.ts";
import type { RuleEditor } from "./create-rule-editor.ts";
import { impactText } from "./impact-text.ts";
import { changedPlaces, type Move, movesOf } from "./moves.ts";

/** A person's list without the rule and with it, side by side. */
export function RulePreview(props: { editor: RuleEditor }): JSX.Element {
  return (
    <section class="border-t border-line pt-4" aria-label={t("rules.preview.title")}>
      <h3 class="mb-3 text-sm font-semibold">{t("rules.preview.title")}</h3>
      <div class="mb-4 flex flex-wrap items-end gap-2">
        <TextField
          class="w-64"
          label={t("rules.preview.user")}
          value={props.editor.values.userId}
          onValue={(userId) => props.editor.setValue({ userId })}
        />
        <Button
          icon="refresh"
          busy={props.editor.preview.isPending}
          disabled={!props.editor.canPreview()}
          onClick={() => props.editor.preview.mutate()}
        >
          {t("rules.preview.show")}
        </Button>
        <p class="w-full text-xs text-faint">{t("rules.preview.userHint")}</p>
      </div>
      <Show when={props.editor.previewError()}>
        {(error) => <ErrorNotice title={t("rules.preview.failed")} error={error()} />}
      </Show>
      <Impact editor={props.editor} />
      <Show when={props.editor.preview.data}>{(lists) => <Lists lists={lists()} />}</Show>
    </section>
  );
}

/** Whose lists the rule changes, of people drawn from the training data. */
function Impact(props: { editor: RuleEditor }): JSX.Element {
  return (
    <div class="mb-4 flex flex-wrap items-center gap-x-3 gap-y-2">
      <Button
        busy={props.editor.impact.isPending}
        disabled={!props.editor.canCount()}
        onClick={() => props.editor.impact.mutate()}
      >
        {t("rules.impact.count")}
      </Button>
      <div class="num min-w-0 text-sm" role="status">
        <Show
          when={props.editor.impact.data}
          fallback={<span class="text-faint">{t("rules.impact.about")}</span>}
        >
          {(found) => <span class="font-medium">{impactText(found())}</span>}
        </Show>
      </div>
      <Show when={props.editor.impactError()}>
        {(error) => <ErrorNotice title={t("rules.impact.failed")} error={error()} />}
      </Show>
    </div>
  );
}

function Lists(props: { lists: RulePreviewResponse }): JSX.Element {
  const { projectId } = useProject();
  const before = () => props.lists.without.map(({ item_id }) => item_id);
  const after = () => props.lists.with.map(({ item_id }) => item_id);
  const rows = createItemRows(createMetaDataId(projectId), () => [...before(), ...after()]);
  const titleOf = (itemId: string) => itemFacts(rows().get(itemId)).title ?? itemId;
  const changed = () => changedPlaces(before(), after());
  return (
    <div class="space-y-3">
      <p class="num text-sm font-medium" role="status">
        {changed() === 0
          ? t("rules.preview.same")
          : t("rules.preview.changed", changed(), Math.max(before().length, after().length))}
      </p>
      <For each={props.lists.warnings}>{(warning) => <Notice tone="warn" title={warning} />}</For>
      <div class="grid gap-4 sm:grid-cols-2">
        <List
          title={t("rules.preview.without")}
          moves={before().map((itemId) => ({ itemId, up: after().includes(itemId) ? 0 : null }))}
          noteOf={({ up }) => (up === null ? t("rules.preview.gone") : "")}
          titleOf={titleOf}
          fades
        />
        <List
          title={t("rules.preview.with")}
          moves={movesOf(before(), after())}
          noteOf={noteOf}
          titleOf={titleOf}
        />
      </div>
      <p class="text-xs text-faint">{t("rules.preview.version", props.lists.version)}</p>
    </div>
  );
}

function noteOf({ up }: Move): string {
  if (up === null) return t("rules.preview.isNew");
  if (up === 0) return "";
  return up > 0 ? t("rules.preview.up", up) : t("rules.preview.down", -up);
}

function List(props: {
  title: string;
  moves: readonly Move[];
  noteOf: (move: Move) => string;
  titleOf: (itemId: string) => string;
  /** Items without a place in the other list are faint. */
  fades?: boolean;
}): JSX.Element {
  return (
    <div class="min-w-0">
      <p class="mb-1 text-xs text-muted">{props.title}</p>
      <ol class="divide-y divide-line rounded-md border border-line" aria-label={props.title}>
        <For
          each={props.moves}
          fallback={<li class="px-3 py-4 text-sm text-muted">{t("rules.preview.empty")}</li>}
        >
          {(move, index) => (
            <li class="flex items-baseline gap-3 px-3 py-1.5 text-sm">
              <span class="num w-5 shrink-0 text-right text-faint">{index() + 1}</span>
              <span
                class={`min-w-0 truncate ${props.fades && move.up === null ? "text-faint line-through" : "font-medium"}`}
              >
                {props.titleOf(move.itemId)}
              </span>
              <span
                class={`num ml-auto shrink-0 text-xs ${move.up === null && !props.fades ? "text-accent-text" : "text-muted"}`}
              >
                {props.noteOf(move)}
              </span>
            </li>
          )}
        </For>
      </ol>
    </div>
  );
}
