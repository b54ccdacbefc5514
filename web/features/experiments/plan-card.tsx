import { useQuery } from "@tanstack/solid-query";
import { createSignal, For, type JSX, Show } from "solid-js";
import type { ExperimentPlan } from "#contract/experiment.ts";
import { experimentPlanQuery } from "../../api/experiments.ts";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount, formatPercent } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { t } from "../../words/words.ts";

const EFFECTS = [0.02, 0.05, 0.1, 0.2, 0.5] as const;
const USUAL_EFFECT = 0.1;

/** How many people and days an experiment needs, before its start. */
export function PlanCard(props: { experimentId: number }): JSX.Element {
  const [effect, setEffect] = createSignal(USUAL_EFFECT);
  const query = useQuery(() => experimentPlanQuery(props.experimentId, effect()));
  return (
    <Card title={t("experiments.plan.title")}>
      <SelectField
        class="mb-4 max-w-56"
        label={t("experiments.plan.effect")}
        value={String(effect())}
        options={EFFECTS.map((value) => ({ value: String(value), label: formatPercent(value) }))}
        onValue={(value) => setEffect(Number(value))}
      />
      <Loaded query={query} what={t("experiments.what.plan")}>
        {(plan) => (
          <Show
            when={plan().people > 0}
            fallback={<Notice tone="info" title={t("experiments.plan.noPast")} />}
          >
            <Plan plan={plan()} />
          </Show>
        )}
      </Loaded>
    </Card>
  );
}

function Plan(props: { plan: ExperimentPlan }): JSX.Element {
  const needs = () => {
    const { people_needed, days_needed } = props.plan;
    return people_needed === null || days_needed === null
      ? t("experiments.plan.never")
      : t("experiments.plan.needs", formatCount(people_needed), formatCount(Math.ceil(days_needed)));
  };
  return (
    <div class="space-y-3">
      <p class="text-lg font-semibold">{needs()}</p>
      <StatRow>
        <Stat
          label={t("experiments.plan.people")}
          value={formatCount(Math.round(props.plan.people_per_day))}
        />
        <Stat label={t("experiments.plan.mean")} value={formatPercent(props.plan.mean)} />
        <For each={props.plan.detectable}>
          {({ days, effect }) => (
            <Stat
              label={`${t("experiments.plan.detectable")} ${t("experiments.plan.inDays", days)}`}
              value={
                effect === null
                  ? t("experiments.plan.nothing")
                  : t("experiments.plan.atLeast", formatPercent(effect))
              }
            />
          )}
        </For>
      </StatRow>
      <p class="text-xs text-faint">{t("experiments.plan.about", props.plan.days)}</p>
    </div>
  );
}
