import { createEffect, createSignal, For, type JSX, Show } from "solid-js";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";
import type { DeployMode } from "#contract/deployment.ts";
import { isNextItemScheme, TARGET_METRICS, type TargetMetric } from "#contract/study-config.ts";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { algorithmAbout, algorithmTitle } from "../algorithms/algorithm-look.ts";
import type { NewJob } from "./create-new-job.ts";
import { type JobScheme, SCHEME_TEXTS, SEEN_OPTIONS, type SeenChoice, schemesFor } from "./split-schemes.ts";

const DEPLOY_OPTIONS: readonly { readonly value: DeployMode; readonly label: string }[] = [
  { value: "if_better", label: "Publish it, unless it scores worse than the live version" },
  { value: "always", label: "Publish it" },
  { value: "never", label: "Do not publish it" },
];

const METRIC_LABELS: Readonly<Record<TargetMetric, string>> = {
  ndcg: "ndcg: hits, higher up counts more",
  map: "map: average precision",
  recall: "recall: share of the test items found",
  hit: "hit: at least one found",
  mrr: "mrr: how high the first hit stands",
};

/** Settings that most users keep, folded away. */
export function AdvancedSettings(props: { form: NewJob }): JSX.Element {
  const [isOpen, setOpen] = createSignal(false);
  createEffect(() => {
    if (props.form.hasProblems()) setOpen(true);
  });
  return (
    <details
      class="group rounded-lg border border-line bg-surface"
      open={isOpen()}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary class="flex list-none items-center gap-2 rounded-lg px-4 py-3 text-base font-semibold">
        <Icon name="chevron" class="-rotate-90 text-muted transition-transform group-open:rotate-0" />
        Advanced settings
      </summary>
      <div class="space-y-5 border-t border-line px-4 py-4">
        <Algorithms form={props.form} />
        <Judging form={props.form} />
        <Running form={props.form} />
      </div>
    </details>
  );
}

function Algorithms(props: { form: NewJob }): JSX.Element {
  const isAutomatic = () => props.form.plan.algorithms === null;
  const chosen = () => props.form.plan.algorithms ?? [];
  /** Begins with what would be tried anyway. */
  const choose = () => ALGORITHM_NAMES.filter((name) => props.form.tried().includes(name));
  return (
    <fieldset>
      <legend class="mb-2 text-sm font-medium">Algorithms</legend>
      <CheckField
        label="Choose automatically"
        hint="Tries what suits the size of the data."
        checked={isAutomatic()}
        onChange={(checked) => props.form.set("algorithms", checked ? null : choose())}
      />
      <Show when={!isAutomatic()}>
        <div class="mt-3 grid gap-3 sm:grid-cols-2">
          <For each={ALGORITHM_NAMES}>
            {(name) => (
              <CheckField
                label={algorithmTitle(name)}
                hint={algorithmAbout(name)}
                checked={chosen().includes(name)}
                onChange={(checked) =>
                  props.form.set(
                    "algorithms",
                    checked ? [...chosen(), name] : chosen().filter((other) => other !== name),
                  )
                }
              />
            )}
          </For>
        </div>
      </Show>
      <Show when={props.form.errorsOf("algorithms")}>
        {(texts) => <p class="mt-1 text-sm text-bad">{texts()[0]}</p>}
      </Show>
    </fieldset>
  );
}

function Judging(props: { form: NewJob }): JSX.Element {
  const schemes = () =>
    schemesFor(props.form.hasTime()).map((scheme) => ({
      value: scheme,
      label: SCHEME_TEXTS[scheme].label,
    }));
  const hint = () =>
    props.form.hasTime()
      ? SCHEME_TEXTS[props.form.plan.scheme].hint
      : "Testing on the latest activity needs a time column.";
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <SelectField
        label="Tested on"
        value={props.form.plan.scheme}
        options={schemes()}
        hint={hint()}
        onValue={(value) => props.form.set("scheme", value as JobScheme)}
      />
      <Show when={isNextItemScheme(props.form.plan.scheme)}>
        <SelectField
          label="Items that people know already"
          value={props.form.plan.seen}
          options={SEEN_OPTIONS}
          onValue={(value) => props.form.set("seen", value as SeenChoice)}
        />
      </Show>
      <TextField
        label="Share set aside for testing, %"
        inputmode="decimal"
        value={props.form.plan.heldoutPercent}
        errors={props.form.errorsOf("heldoutPercent")}
        onValue={(value) => props.form.set("heldoutPercent", value)}
      />
      <SelectField
        label="Metric"
        value={props.form.plan.metric}
        options={TARGET_METRICS.map((metric) => ({ value: metric, label: METRIC_LABELS[metric] }))}
        onValue={(value) => props.form.set("metric", value as TargetMetric)}
      />
      <TextField
        label="Recommendations per person to test"
        inputmode="numeric"
        value={props.form.plan.cutoff}
        errors={props.form.errorsOf("cutoff")}
        onValue={(value) => props.form.set("cutoff", value)}
      />
    </div>
  );
}

function Running(props: { form: NewJob }): JSX.Element {
  return (
    <>
      <div class="grid gap-4 sm:grid-cols-3">
        <TextField
          label="Trials in parallel"
          inputmode="numeric"
          value={props.form.plan.parallel}
          errors={props.form.errorsOf("parallel")}
          onValue={(value) => props.form.set("parallel", value)}
        />
        <TextField
          label="Time limit, minutes"
          optional
          inputmode="numeric"
          value={props.form.plan.timeoutMinutes}
          errors={props.form.errorsOf("timeoutMinutes")}
          onValue={(value) => props.form.set("timeoutMinutes", value)}
        />
        <TextField
          label="Random seed"
          optional
          inputmode="numeric"
          value={props.form.plan.seed}
          errors={props.form.errorsOf("seed")}
          onValue={(value) => props.form.set("seed", value)}
        />
      </div>
      <CheckField
        label="Train a model afterwards"
        hint="With the best settings, on all interactions."
        checked={props.form.plan.trainAfter}
        onChange={(checked) => props.form.set("trainAfter", checked)}
      />
      <Show when={props.form.plan.trainAfter}>
        <SelectField
          label="When the model is ready"
          value={props.form.plan.deploy}
          options={DEPLOY_OPTIONS}
          onValue={(value) => props.form.set("deploy", value as DeployMode)}
        />
      </Show>
    </>
  );
}
