import { For, type JSX } from "solid-js";
import { t } from "../words/words.ts";

const WIDTHS = ["w-full", "w-11/12", "w-4/5", "w-2/3"] as const;

/** A placeholder for text. */
export function Skeleton(props: { lines: number }): JSX.Element {
  return (
    <div class="space-y-3 py-2" role="status" aria-label={t("components.loading")}>
      <For each={Array.from({ length: props.lines }, (_, line) => WIDTHS[line % WIDTHS.length])}>
        {(width) => <div class={`skeleton h-4 ${width}`} />}
      </For>
    </div>
  );
}
