import { type JSX, Show } from "solid-js";
import { Term } from "../../components/term.tsx";
import { metricOf, metricTitle } from "./metric-title.ts";

/** The name of a metric with its explanation: `ndcg@10` → NDCG@10. One that we do not know is only named. */
export function MetricName(props: { metric: string }): JSX.Element {
  return (
    <Show when={metricOf(props.metric)} fallback={metricTitle(props.metric)}>
      {(known) => <Term name={known()}>{metricTitle(props.metric)}</Term>}
    </Show>
  );
}
