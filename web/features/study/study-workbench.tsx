import { Tabs } from "@kobalte/core/tabs";
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { TrialResponse, TuningJobResponse } from "#contract/tuning-job.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { toCsv } from "../../components/plot/csv.ts";
import { saveFile } from "../../components/plot/save-file.ts";
import type { Catalogue } from "../../words/en/catalogue.ts";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { ContourView } from "./contour-view.tsx";
import { DistributionView } from "./distribution-view.tsx";
import { ImportanceView } from "./importance-view.tsx";
import { ParallelView } from "./parallel-view.tsx";
import { paramScales } from "./params/param-scales.ts";
import type { PickedTrial } from "./picked-trial.ts";
import { algorithmsOf, dotTrials } from "./plots/dot-trial.ts";
import { SliceView } from "./slice-view.tsx";
import { TimelineView } from "./timeline-view.tsx";
import { TrainTrial } from "./train-trial.tsx";
import { TrialFacts } from "./trial-facts.tsx";
import { trialTable } from "./trial-table-data.ts";

type View = keyof Catalogue["study"]["views"];

const VIEWS: readonly View[] = ["importance", "slices", "contour", "parallel", "timeline", "distribution"];
/** Views of the parameters of one algorithm. */
const OF_ONE: readonly View[] = ["importance", "slices", "contour", "parallel"];
const TAB =
  "border-b-2 border-transparent px-1 py-2 text-sm font-medium whitespace-nowrap text-muted hover:text-ink " +
  "data-[selected]:border-accent data-[selected]:text-ink";
/** With fewer trials there is nothing to see. */
const MIN_SHOWN = 2;

/** What the trials of a study say: which parameters matter, which values are good, when trials ran. */
export function StudyWorkbench(props: {
  job: TuningJobResponse;
  trials: readonly TrialResponse[];
  metric: string;
  best: number | null;
  isActive: boolean;
  picked: PickedTrial;
}): JSX.Element {
  const [view, setView] = createSignal<View>("importance");
  const [wanted, setWanted] = createSignal<string | null>(null);
  const shown = createMemo(() => dotTrials(props.trials));
  const algorithms = createMemo(() => algorithmsOf(shown()), [], { equals: sameList });
  const algorithm = () => algorithms().find((name) => name === wanted()) ?? algorithms()[0] ?? null;
  const ofOne = createMemo(() => shown().filter((trial) => trial.algorithm === algorithm()));
  const scales = createMemo(() => paramScales(algorithm() ?? "", ofOne()));
  const trialOf = (number: number | null) => props.trials.find((trial) => trial.number === number);
  const tooltip = (number: number) => (
    <Show when={trialOf(number)}>{(trial) => <TrialFacts trial={trial()} metric={props.metric} />}</Show>
  );
  const name = () => `study-${props.job.id}`;
  const shared = () => ({ picked: props.picked, tooltip, metric: props.metric, name: name() });
  return (
    <Show when={shown().length >= MIN_SHOWN}>
      <Card
        title={t("study.title")}
        actions={
          <>
            <Show when={props.job.tuned_model === null && trialOf(props.best)}>
              {(best) => <TrainTrial trial={best()} job={props.job} isBest />}
            </Show>
            <Button
              icon="download"
              onClick={() =>
                saveFile(
                  `${name()}-trials.csv`,
                  new Blob([toCsv(trialTable(props.trials))], { type: "text/csv" }),
                )
              }
            >
              {t("study.allTrials")}
            </Button>
          </>
        }
      >
        <Tabs value={view()} onChange={(next) => setView(VIEWS.find((one) => one === next) ?? "importance")}>
          <Tabs.List class="-mt-1 mb-3 flex gap-5 overflow-x-auto border-b border-line">
            <For each={VIEWS}>
              {(one) => (
                <Tabs.Trigger value={one} class={TAB}>
                  {t(`study.views.${one}`)}
                </Tabs.Trigger>
              )}
            </For>
          </Tabs.List>
          <div class="mb-3 flex flex-wrap items-end justify-between gap-3">
            <p class="max-w-2xl text-sm text-muted text-pretty">{t(`study.about.${view()}`)}</p>
            <Show when={OF_ONE.includes(view()) && algorithms().length > 1}>
              <SelectField
                label={t("study.algorithm")}
                class="w-56"
                value={algorithm() ?? ""}
                options={algorithms().map((one) => ({ value: one, label: algorithmTitle(one) }))}
                onValue={setWanted}
              />
            </Show>
          </div>
          <Tabs.Content value="importance" class="rounded-sm">
            <ImportanceView trials={ofOne()} scales={scales()} name={name()} />
          </Tabs.Content>
          <Tabs.Content value="slices" class="rounded-sm">
            <SliceView {...shared()} trials={ofOne()} scales={scales()} />
          </Tabs.Content>
          <Tabs.Content value="contour" class="rounded-sm">
            <ContourView {...shared()} trials={ofOne()} scales={scales()} />
          </Tabs.Content>
          <Tabs.Content value="parallel" class="rounded-sm">
            <ParallelView {...shared()} trials={ofOne()} scales={scales()} />
          </Tabs.Content>
          <Tabs.Content value="timeline" class="rounded-sm">
            <TimelineView {...shared()} trials={props.trials} isActive={props.isActive} />
          </Tabs.Content>
          <Tabs.Content value="distribution" class="rounded-sm">
            <DistributionView trials={shown()} metric={props.metric} name={name()} />
          </Tabs.Content>
        </Tabs>
        <Show when={trialOf(props.picked.picked())}>
          {(trial) => (
            <section
              class="mt-4 flex flex-wrap items-end justify-between gap-4 rounded-md border border-line bg-sunken p-3 text-sm"
              aria-label={t("study.picked")}
              aria-live="polite"
            >
              <div class="min-w-0">
                <TrialFacts trial={trial()} metric={props.metric} />
              </div>
              <div class="flex flex-wrap gap-2">
                <Show when={trial().state === "COMPLETE"}>
                  <TrainTrial trial={trial()} job={props.job} isBest={trial().number === props.best} />
                </Show>
                <Button onClick={() => props.picked.pick(null)}>{t("study.unpick")}</Button>
              </div>
            </section>
          )}
        </Show>
      </Card>
    </Show>
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
