import { createEffect, createSignal, For, type JSX, on, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { t } from "../../words/words.ts";
import { createJobLog } from "./create-job-log.ts";
import type { LogLine } from "./log-lines.ts";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
/** Within this distance of the end the reader follows the log. */
const FOLLOW_WITHIN_PX = 40;

/** The job's log as it is written; stays at the end unless the reader scrolls up. */
export function JobLog(props: { jobId: number }): JSX.Element {
  const { lines, isKnown, hasEarlier, loadEarlier } = createJobLog(() => props.jobId);
  const [isFollowing, setFollowing] = createSignal(true);
  let box: HTMLElement | undefined;
  /** Distance from the top of the box's content to its end: lines added above must not move the visible ones. */
  let heightBefore = 0;
  function readEarlier(): void {
    setFollowing(false);
    heightBefore = box?.scrollHeight ?? 0;
    loadEarlier();
  }
  createEffect(
    on(
      () => lines()[0]?.line,
      () => {
        if (box && heightBefore > 0) box.scrollTop += box.scrollHeight - heightBefore;
        heightBefore = 0;
      },
    ),
  );
  createEffect(
    on(lines, () => {
      if (isFollowing() && box) box.scrollTop = box.scrollHeight;
    }),
  );
  return (
    <Card title={t("tuning.log.title")} flush>
      <section
        ref={box}
        aria-label={t("tuning.log.lines")}
        tabindex={0}
        class="h-56 overflow-auto rounded-b-lg border-t border-line bg-sunken px-4 py-2 font-mono text-xs leading-relaxed"
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          setFollowing(scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN_PX);
        }}
      >
        <Show
          when={lines().length > 0}
          fallback={<p class="text-faint">{isKnown() ? t("tuning.log.empty") : t("tuning.log.loading")}</p>}
        >
          <Show when={hasEarlier()}>
            <Button onClick={readEarlier}>{t("tuning.log.earlier")}</Button>
          </Show>
          <For each={lines()}>{(line) => <Line line={line} />}</For>
        </Show>
      </section>
    </Card>
  );
}

function Line(props: { line: LogLine }): JSX.Element {
  const at = () => {
    const time = new Date(props.line.at);
    return Number.isNaN(time.getTime()) ? "" : clock.format(time);
  };
  return (
    <p class="flex gap-3">
      <span class="num shrink-0 text-faint">{at()}</span>
      <span class="min-w-0 break-words whitespace-pre-wrap">{props.line.text}</span>
    </p>
  );
}
