import { useMutation, useQuery } from "@tanstack/solid-query";
import { createSignal, type JSX, Show } from "solid-js";
import type { DeploymentCheckResponse } from "#contract/deployment.ts";
import { deploymentCheckQuery } from "../../api/slots.ts";
import { Button, LinkButton } from "../../components/button.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatMetric, formatPercent } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { useProject } from "../shell/use-project.ts";
import type { Releases } from "./create-releases.ts";
import type { SlotFacts } from "./slot-facts.ts";

/** Chooses another model for a slot; for one that answers, with what the rule of automatic releases says of it. */
export function ReplaceModel(props: {
  releases: Releases;
  facts: SlotFacts;
  onDone: () => void;
}): JSX.Element {
  const [modelId, setModelId] = createSignal(0);
  const replace = useMutation(() => ({
    mutationFn: () => props.releases.replace(props.facts, modelId()),
    onSuccess: () => props.onDone(),
  }));
  const options = () =>
    props.releases.names.ready().filter(({ value }) => Number(value) !== props.facts.slot.trained_model);
  return (
    <Show when={options().length > 0} fallback={<Notice tone="info" title={t("live.replace.none")} />}>
      <form
        class="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (modelId() !== 0) replace.mutate();
        }}
      >
        <SelectField
          label={t("live.replace.title")}
          class="max-w-sm"
          value={String(modelId())}
          options={[{ value: "0", label: t("live.replace.choose") }, ...options()]}
          onValue={(value) => setModelId(Number(value))}
        />
        <Show when={modelId() !== 0 && props.facts.state === "live"}>
          <Guard modelId={modelId()} slotId={props.facts.slot.id} />
        </Show>
        <Show when={replace.error}>
          {(error) => <ErrorNotice title={t("live.replace.failed")} error={error()} />}
        </Show>
        <div class="flex flex-wrap items-center gap-2">
          <Button
            needs="editor"
            type="submit"
            look="primary"
            busy={replace.isPending}
            disabled={modelId() === 0}
          >
            {props.facts.state === "live" ? t("live.replace.action") : t("live.replace.shadowAction")}
          </Button>
          <Button look="quiet" onClick={props.onDone}>
            {t("live.replace.cancel")}
          </Button>
          <Show when={props.facts.state === "live"}>
            <span class="text-xs text-muted">{t("live.replace.after")}</span>
          </Show>
        </div>
      </form>
    </Show>
  );
}

function Guard(props: { modelId: number; slotId: number }): JSX.Element {
  const { projectId, href } = useProject();
  const query = useQuery(() => deploymentCheckQuery(projectId(), props.modelId, props.slotId));
  return (
    <Loaded query={query} what={t("live.what.check")} pending={<Skeleton lines={2} />}>
      {(check) => (
        <Notice
          live
          tone={({ worse: "warn", not_worse: "good" } as const)[check().verdict as "worse"] ?? "info"}
          title={verdictTitle(check())}
          action={
            <Show when={check().verdict === "unmeasured"}>
              <LinkButton href={href(`/models/compare?ids=${check().live?.id},${props.modelId}`)}>
                {t("live.verdict.compare")}
              </LinkButton>
            </Show>
          }
        >
          {verdictDetail(check())}
        </Notice>
      )}
    </Loaded>
  );
}

function verdictTitle({ verdict, live }: DeploymentCheckResponse): string {
  if (verdict === "first" || verdict === "live") return t(`live.verdict.${verdict}`);
  return t(`live.verdict.${verdict}`, live?.version ?? 0);
}

function verdictDetail({ verdict, live, figures, tolerance }: DeploymentCheckResponse): string | undefined {
  if (verdict === "unmeasured") return t("live.verdict.unmeasuredWhy");
  if (figures === null) return undefined;
  const measured = t(
    "live.verdict.figures",
    metricTitle(figures.metric),
    formatMetric(figures.model),
    live?.version ?? 0,
    formatMetric(figures.live),
    figures.test_part,
  );
  return verdict === "worse" ? `${measured} ${t("live.verdict.keeps", formatPercent(tolerance))}` : measured;
}
