import { For, type JSX, Show } from "solid-js";
import type { LeftOutAlgorithm } from "#contract/tuning-job.ts";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";

/** Requested algorithms that the job does not try, each with its reason. */
export function LeftOut(props: { leftOut: readonly LeftOutAlgorithm[]; isOver?: boolean }): JSX.Element {
  return (
    <Show when={props.leftOut.length > 0}>
      <Notice tone="warn" title={props.isOver ? t("tuning.leftOut.over") : t("tuning.leftOut.before")}>
        <ul class="list-disc pl-4">
          <For each={props.leftOut}>
            {({ algorithm, reason }) => (
              <li>
                {algorithmTitle(algorithm)}: {reason}
              </li>
            )}
          </For>
        </ul>
      </Notice>
    </Show>
  );
}
