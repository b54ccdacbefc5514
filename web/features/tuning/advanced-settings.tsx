import { createEffect, createSignal, For, type JSX, Show } from "solid-js";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";
import type { DeployMode } from "#contract/deployment.ts";
import { isNextItemScheme, TARGET_METRICS, type TargetMetric } from "#contract/study-config.ts";
import { CheckField, SelectField, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import { algorithmAbout, algorithmTitle } from "../algorithms/algorithm-look.ts";
import type { NewJob } from "./create-new-job.ts";
import { type JobScheme, type SeenChoice, schemesFor, seenOptions } from "./split-schemes.ts";

const deployOptions = (): readonly { readonly value: DeployMode; readonly label: string }[] => [
  { value: "if_better", label: t("tuning.deploy.ifBetter") },
  { value: "always", label: t("tuning.deploy.always") },
  { value: "never", label: t("tuning.deploy.never") },
];

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
        {t("tuning.advanced.title")}
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
      <legend class="mb-2 text-sm font-medium">{t("tuning.advanced.algorithms")}</legend>
      <CheckField
        label={t("tuning.kinds.automatic.label")}
        hint={t("tuning.advanced.automaticHint")}
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
      label: t(`tuning.schemes.${scheme}.label`),
    }));
  const hint = () =>
    props.form.hasTime()
      ? t(`tuning.schemes.${props.form.plan.scheme}.hint`)
      : t("tuning.advanced.needsTime");
  return (
    <div class="grid gap-4 sm:grid-cols-2">
      <SelectField
        label={t("tuning.advanced.testedOn")}
        value={props.form.plan.scheme}
        options={schemes()}
        hint={hint()}
        onValue={(value) => props.form.set("scheme", value as JobScheme)}
      />
      <Show when={isNextItemScheme(props.form.plan.scheme)}>
        <SelectField
          label={t("tuning.advanced.seen")}
          value={props.form.plan.seen}
          options={seenOptions()}
          onValue={(value) => props.form.set("seen", value as SeenChoice)}
        />
      </Show>
      <TextField
        label={t("tuning.advanced.share")}
        inputmode="decimal"
        value={props.form.plan.heldoutPercent}
        errors={props.form.errorsOf("heldoutPercent")}
        onValue={(value) => props.form.set("heldoutPercent", value)}
      />
      <SelectField
        label={t("tuning.advanced.metric")}
        value={props.form.plan.metric}
        options={TARGET_METRICS.map((metric) => ({ value: metric, label: t(`tuning.metrics.${metric}`) }))}
        onValue={(value) => props.form.set("metric", value as TargetMetric)}
      />
      <TextField
        label={t("tuning.advanced.cutoff")}
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
          label={t("tuning.advanced.parallel")}
          inputmode="numeric"
          value={props.form.plan.parallel}
          errors={props.form.errorsOf("parallel")}
          onValue={(value) => props.form.set("parallel", value)}
        />
        <TextField
          label={t("tuning.advanced.timeLimit")}
          optional
          inputmode="numeric"
          value={props.form.plan.timeoutMinutes}
          errors={props.form.errorsOf("timeoutMinutes")}
          onValue={(value) => props.form.set("timeoutMinutes", value)}
        />
        <TextField
          label={t("tuning.advanced.seed")}
          optional
          inputmode="numeric"
          value={props.form.plan.seed}
          errors={props.form.errorsOf("seed")}
          onValue={(value) => props.form.set("seed", value)}
        />
      </div>
      <CheckField
        label={t("tuning.advanced.trainAfter")}
        hint={t("tuning.advanced.trainAfterHint")}
        checked={props.form.plan.trainAfter}
        onChange={(checked) => props.form.set("trainAfter", checked)}
      />
      <Show when={props.form.plan.trainAfter}>
        <SelectField
          label={t("tuning.advanced.whenReady")}
          value={props.form.plan.deploy}
          options={deployOptions()}
          onValue={(value) => props.form.set("deploy", value as DeployMode)}
        />
      </Show>
    </>
  );
}
