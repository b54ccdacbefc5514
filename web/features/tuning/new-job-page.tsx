import { type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { SelectField } from "../../components/field.tsx";
import { formatCount } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { AdvancedSettings } from "./advanced-settings.tsx";
import { createNewJob, type NewJob } from "./create-new-job.ts";
import { GoalFields } from "./goal-fields.tsx";
import { LeftOut } from "./left-out.tsx";
import { MODEL_KINDS } from "./model-kinds.ts";

export function NewJobPage(): JSX.Element {
  const form = createNewJob();
  return (
    <div class="max-w-2xl">
      <PageHeader
        title={t("common.startTuning")}
        back={{ href: form.href("/tuning"), label: t("tuning.title") }}
      />
      <Loaded query={form.dataQuery} what={t("common.theData")}>
        {() => (
          <Show when={form.readyData().length > 0} fallback={<NoData href={form.href("/data")} />}>
            <JobForm form={form} />
          </Show>
        )}
      </Loaded>
    </div>
  );
}

function JobForm(props: { form: NewJob }): JSX.Element {
  const plan = () => props.form.plan;
  const dataOptions = () =>
    props.form.readyData().map((row) => ({
      value: String(row.id),
      label: row.report
        ? `${row.basename} (${t("count.interactions", row.report.interactions)})`
        : `${row.basename}`,
    }));
  const summary = () => {
    const { algorithms, scheme, heldoutPercent, metric, cutoff, trainAfter } = plan();
    if (algorithms?.length === 0) return t("tuning.new.nothing");
    const names = props.form.tried().map(algorithmTitle).join(", ");
    const heldOut = t(`tuning.schemes.${scheme}.heldOut`, heldoutPercent);
    const next = trainAfter ? t("tuning.new.thenTrains") : "";
    return t(
      "tuning.new.summary",
      names || t("tuning.new.suited"),
      metricTitle(`${metric}@${cutoff}`),
      heldOut,
      next,
    );
  };
  return (
    <form
      class="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        props.form.submit();
      }}
    >
      <Show when={props.form.error()}>
        {(error) => <ErrorNotice title={t("tuning.new.notStarted")} error={error()} />}
      </Show>
      <Card>
        <SelectField
          label={t("common.data")}
          value={String(props.form.dataId() ?? "")}
          options={dataOptions()}
          onValue={props.form.chooseData}
        />
        <GoalFields form={props.form} />
        <KindOfModel form={props.form} />
        <p class="mt-4 text-sm text-muted text-pretty">{summary()}</p>
      </Card>
      <LeftOut leftOut={props.form.leftOut()} />
      <Show when={props.form.sample()}>
        {(sample) => (
          <p class="text-sm text-muted text-pretty">
            {t("tuning.new.sample", formatCount(sample().users), formatCount(sample().of_users))}
          </p>
        )}
      </Show>
      <AdvancedSettings form={props.form} />
      <div class="flex justify-end gap-2">
        <LinkButton href={props.form.href("/tuning")}>{t("tuning.new.back")}</LinkButton>
        <Button needs="editor" type="submit" look="primary" busy={props.form.busy()}>
          {props.form.busy() ? t("tuning.new.starting") : t("common.startTuning")}
        </Button>
      </div>
    </form>
  );
}

function KindOfModel(props: { form: NewJob }): JSX.Element {
  const options = () => [
    ...MODEL_KINDS.map((kind) => ({ value: kind, label: t(`tuning.kinds.${kind}.label`) })),
    ...(props.form.kind() === null ? [{ value: "", label: t("tuning.new.own") }] : []),
  ];
  const needsTable = () => ["content", "hybrid"].includes(props.form.kind() ?? "");
  const hint = () => {
    const kind = props.form.kind();
    if (needsTable() && !props.form.hasItemTable()) {
      return t("tuning.new.noItemTable");
    }
    return kind === null ? t("tuning.new.chosenBelow") : t(`tuning.kinds.${kind}.hint`);
  };
  return (
    <div class="mt-4">
      <SelectField
        label={t("tuning.new.kind")}
        value={props.form.kind() ?? ""}
        options={options()}
        hint={hint()}
        onValue={(value) => {
          const kind = MODEL_KINDS.find((one) => one === value);
          if (kind) props.form.setKind(kind);
        }}
      />
    </div>
  );
}

function NoData(props: { href: string }): JSX.Element {
  return (
    <Card flush>
      <EmptyState
        icon="data"
        title={t("tuning.new.noData")}
        action={
          <LinkButton look="primary" icon="upload" href={props.href}>
            {t("common.uploadFile")}
          </LinkButton>
        }
      >
        {t("tuning.new.noDataThen")}
      </EmptyState>
    </Card>
  );
}
