import { A } from "@solidjs/router";
import { For, type JSX, Show } from "solid-js";
import type { Distribution, WeightReport } from "#contract/weight-report.ts";
import { Button } from "../../components/button.tsx";
import { formatCount, formatPercent, formatScore } from "../../components/format.ts";
import { Notice } from "../../components/notice.tsx";
import { Stat, StatRow } from "../../components/stat.tsx";
import { t } from "../../words/words.ts";
import type { WeightsForm } from "./create-weights-form.ts";

/** What a choice of weights does to a file: rows, the matrix, numbers before and weights after. */
export function WeightsReport(props: {
  report: WeightReport;
  projectId: number;
  form: WeightsForm;
}): JSX.Element {
  const report = () => props.report;
  return (
    <section class="space-y-3" aria-label={t("weights.report.title")} aria-live="polite">
      <OtherFiles report={report()} projectId={props.projectId} form={props.form} />
      <StatRow>
        <Stat
          label={t("weights.report.kept")}
          value={formatCount(report().kept_rows)}
          note={t("weights.report.of", formatCount(report().rows))}
        />
        <Stat
          label={t("weights.report.people")}
          value={formatCount(report().users)}
          note={t("weights.report.of", formatCount(report().users_before))}
        />
        <Stat label={t("common.items")} value={formatCount(report().items)} />
        <Stat
          label={t("weights.report.pairs")}
          value={formatCount(report().pairs)}
          note={t("weights.report.density", formatPercent(report().density))}
        />
      </StatRow>
      <Show when={report().reasons.length > 0}>
        <ul class="text-sm text-muted">
          <For each={report().reasons}>
            {({ reason, rows }) => (
              <li>
                <span class="num">{t("count.rows", rows)}</span>: {reason}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={report().users_below_2_items > 0}>
        <p class="text-sm text-muted">
          {t("weights.report.belowTwo", formatPercent(report().users_below_2_items))}
        </p>
      </Show>
      <div class="grid items-start gap-4 sm:grid-cols-2">
        <Bars title={t("weights.report.before")} distribution={report().before} />
        <Bars title={t("weights.report.after")} distribution={report().after} />
      </div>
    </section>
  );
}

/** Files are read by the stored choice, so the button waits until this one is stored. */
function OtherFiles(props: { report: WeightReport; projectId: number; form: WeightsForm }): JSX.Element {
  const files = () => props.report.otherwise_weighed;
  const dataLink = () => (
    <A class="link" href={`/projects/${props.projectId}/data`}>
      {t("weights.report.toData")}
    </A>
  );
  return (
    <Show when={files().length > 0}>
      <Show
        when={!props.form.isReadAgain()}
        fallback={
          <Notice tone="good" live title={t("weights.report.readAgain", files().length)} action={dataLink()}>
            {t("weights.report.copies")}
          </Notice>
        }
      >
        <Notice
          tone="warn"
          title={t("weights.report.readOtherwise", files().length)}
          action={
            <Show when={props.form.isSaved()} fallback={dataLink()}>
              <Button
                needs="editor"
                busy={props.form.isReadingAgain()}
                onClick={() => props.form.readAgain(files())}
              >
                {t("weights.report.again", files().length)}
              </Button>
            </Show>
          }
        >
          {t(
            "weights.report.keeps",
            files()
              .map(({ basename }) => basename)
              .join(", "),
          )}
          <Show when={props.form.againError()}>{(text) => <p class="mt-1">{text()}</p>}</Show>
        </Notice>
      </Show>
    </Show>
  );
}

function Bars(props: { title: string; distribution: Distribution | null }): JSX.Element {
  const bars = () => props.distribution?.histogram ?? [];
  const most = () => Math.max(1, ...bars().map(({ count }) => count));
  const label = (from: number, to: number) =>
    from === to ? formatScore(from) : `${formatScore(from)} – ${formatScore(to)}`;
  return (
    <Show when={bars().length > 0}>
      <table class="w-full text-xs">
        <caption class="pb-1 text-left text-xs font-medium text-muted">{props.title}</caption>
        <tbody>
          <For each={bars()}>
            {({ from, to, count }) => (
              <tr>
                <th scope="row" class="num w-0 pr-2 text-right font-normal whitespace-nowrap">
                  {label(from, to)}
                </th>
                <td class="w-full py-px">
                  <div
                    class="h-2.5 min-w-px rounded-sm bg-series-1"
                    style={{ width: `${(100 * count) / most()}%` }}
                  />
                </td>
                <td class="num w-0 pl-2 text-right whitespace-nowrap text-muted">{formatCount(count)}</td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </Show>
  );
}
