import { type JSX, Show } from "solid-js";
import { formatMetric } from "../../components/format.ts";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { headlineMetric } from "./headline-metric.ts";

type Metrics = Readonly<Record<string, number>>;

/** A test score with the identity of its test part: scores of other parts cannot be compared with it. */
export function TestScore(props: { metrics: Metrics | null; testPart: string | null }): JSX.Element {
  const name = () => headlineMetric(props.metrics);
  return (
    <Show when={name()} fallback="–">
      {(found) => (
        <>
          {metricTitle(found())} {formatMetric(props.metrics?.[found()])}
          <Show when={props.testPart}>
            {(part) => <span class="block text-xs text-faint">{t("models.testPartOf", part())}</span>}
          </Show>
        </>
      )}
    </Show>
  );
}
