import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { ImportanceView } from "../study/importance-view.tsx";
import { paramScales } from "../study/params/param-scales.ts";
import { dotTrials } from "../study/plots/dot-trial.ts";
import { commonAlgorithms } from "./compared-jobs.ts";
import type { ComparedStudy } from "./create-compared-jobs.ts";

/** How much each parameter of an algorithm mattered in each job that tried it. */
export function ComparedImportance(props: { studies: readonly ComparedStudy[] }): JSX.Element {
  const [wanted, setWanted] = createSignal<string | null>(null);
  const algorithms = createMemo(() => commonAlgorithms(props.studies.map(({ trials }) => dotTrials(trials))));
  const algorithm = () => algorithms().find((name) => name === wanted()) ?? algorithms()[0];
  return (
    <Show when={algorithm()}>
      {(shown) => (
        <Card
          title={t("tuning.compare.importance")}
          subtitle={t("study.about.importance")}
          actions={
            <SelectField
              label={t("study.algorithm")}
              class="w-56"
              value={shown()}
              options={algorithms().map((name) => ({ value: name, label: algorithmTitle(name) }))}
              onValue={setWanted}
            />
          }
        >
          <div class="grid gap-x-8 gap-y-5 lg:grid-cols-2">
            <For each={props.studies}>{(study) => <OfJob study={study} algorithm={shown()} />}</For>
          </div>
        </Card>
      )}
    </Show>
  );
}

function OfJob(props: { study: ComparedStudy; algorithm: string }): JSX.Element {
  const trials = createMemo(() =>
    dotTrials(props.study.trials).filter(({ algorithm }) => algorithm === props.algorithm),
  );
  const scales = createMemo(() => paramScales(props.algorithm, trials()));
  return (
    <section class="min-w-0" aria-label={t("tuning.jobName", props.study.job.id)}>
      <h3 class="mb-1 flex items-center gap-1.5 text-sm font-semibold">
        <span
          class="h-0.5 w-4"
          style={{ "background-color": `var(--color-${props.study.colour})` }}
          aria-hidden="true"
        />
        {t("tuning.jobName", props.study.job.id)}
      </h3>
      <ImportanceView trials={trials()} scales={scales()} name={`job-${props.study.job.id}`} />
    </section>
  );
}
