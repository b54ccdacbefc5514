import { createUniqueId, type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { INPUT_CLASS } from "../../components/field.tsx";
import { formatCount, formatPercent } from "../../components/format.ts";
import { Keyed } from "../../components/keyed.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { ShareBar, ShareDot } from "../../components/share-bar.tsx";
import { CELL, NUMBER_CELL, Table } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import type { Releases } from "./create-releases.ts";
import { createWeights } from "./create-weights.ts";
import type { SlotFacts } from "./slot-facts.ts";

type Weights = ReturnType<typeof createWeights>;

/** Who gets how many of the requests, and the form that changes it. */
export function TrafficCard(props: { releases: Releases }): JSX.Element {
  const weights = createWeights(props.releases);
  const shareOf = (facts: SlotFacts) => weights.shares().get(facts.slot.id) ?? 0;
  const head = () => [
    { label: t("live.traffic.slot") },
    { label: t("live.traffic.weight") },
    { label: t("live.traffic.share"), numeric: true },
    { label: t("live.traffic.lists"), numeric: true },
  ];
  const inWords = () =>
    weights
      .answering()
      .map((facts) => `${facts.slot.name} ${formatPercent(shareOf(facts))}`)
      .join(", ");
  return (
    <Card title={t("live.traffic.title")} subtitle={t("live.traffic.about")} flush>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (weights.isChanged() && !weights.isWrong()) weights.save();
        }}
      >
        <div class="px-4 pt-1 pb-3">
          <ShareBar shares={weights.answering().map(shareOf)} label={t("live.traffic.bar", inWords())} />
          <Show when={props.releases.running()}>
            {(experiment) => (
              <p class="mt-2 text-xs text-muted">{t("live.traffic.experiment", experiment().name)}</p>
            )}
          </Show>
        </div>
        <Table caption={t("live.traffic.table")} head={head()}>
          <Keyed each={weights.answering()} by={({ slot }) => slot.id}>
            {(facts, index) => (
              <WeightRow
                facts={facts()}
                index={index()}
                weights={weights}
                share={shareOf(facts())}
                lists={props.releases.listsOf(facts().slot.id)}
              />
            )}
          </Keyed>
        </Table>
        <div class="flex min-h-14 flex-wrap items-center gap-2 border-t border-line px-4 py-3">
          <Button
            needs="editor"
            type="submit"
            look="primary"
            busy={weights.isSaving()}
            disabled={!weights.isChanged() || weights.isWrong()}
          >
            {t("live.traffic.save")}
          </Button>
          <Show when={weights.isChanged()}>
            <Button look="quiet" onClick={weights.undo}>
              {t("live.traffic.undo")}
            </Button>
          </Show>
          <Show when={weights.isSaved()}>
            <div class="grow">
              <Notice tone="good" live title={t("live.traffic.saved")} />
            </div>
          </Show>
          <Show when={weights.error()}>
            {(error) => (
              <div class="grow">
                <ErrorNotice title={t("live.traffic.notSaved")} error={error()} />
              </div>
            )}
          </Show>
        </div>
      </form>
    </Card>
  );
}

function WeightRow(props: {
  facts: SlotFacts;
  index: number;
  weights: Weights;
  share: number;
  lists: number | null;
}): JSX.Element {
  const id = createUniqueId();
  const errors = () => props.weights.errorsOf(props.facts);
  return (
    <tr>
      <td class={`${CELL} font-medium`}>
        <span class="flex items-center gap-2">
          <ShareDot index={props.index} />
          <span class="max-w-48 truncate">{props.facts.slot.name}</span>
        </span>
      </td>
      <td class={`${CELL} w-28`}>
        <input
          class={`${INPUT_CLASS} num w-20!`}
          inputmode="decimal"
          aria-label={t("live.traffic.weightOf", props.facts.slot.name)}
          aria-invalid={errors() ? true : undefined}
          aria-describedby={errors() ? id : undefined}
          value={props.weights.textOf(props.facts)}
          onInput={(event) => props.weights.setText(props.facts, event.currentTarget.value)}
        />
        <Show when={errors()}>
          {(texts) => (
            <p id={id} class="mt-1 text-xs text-bad">
              {texts()[0]}
            </p>
          )}
        </Show>
      </td>
      <td class={NUMBER_CELL}>{formatPercent(props.share)}</td>
      <td class={`${NUMBER_CELL} text-muted`}>{props.lists === null ? "–" : formatCount(props.lists)}</td>
    </tr>
  );
}
