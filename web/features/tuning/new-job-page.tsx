import { type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { formatPlural } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { algorithmTitle } from "../algorithms/algorithm-look.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import { AdvancedSettings } from "./advanced-settings.tsx";
import { createNewJob, type NewJob } from "./create-new-job.ts";
import { LeftOut } from "./left-out.tsx";
import { MODEL_KIND_TEXTS, MODEL_KINDS } from "./model-kinds.ts";
import { SCHEME_TEXTS } from "./split-schemes.ts";

export function NewJobPage(): JSX.Element {
  const form = createNewJob();
  return (
    <div class="max-w-2xl">
      <PageHeader title="Start tuning" back={{ href: form.href("/tuning"), label: "Tuning" }} />
      <Loaded query={form.dataQuery} what="the data">
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
        ? `${row.basename} (${formatPlural(row.report.interactions, "interaction")})`
        : `${row.basename}`,
    }));
  const summary = () => {
    const { algorithms, scheme, heldoutPercent, metric, cutoff, trainAfter } = plan();
    if (algorithms?.length === 0)
      return "Nothing to try: choose at least one algorithm in the advanced settings.";
    const names = props.form.tried().map(algorithmTitle).join(", ");
    const heldOut = SCHEME_TEXTS[scheme].heldOut(heldoutPercent);
    const next = trainAfter ? " We then train a model with the best settings automatically." : "";
    return `Tries ${names || "algorithms that suit the size of your data"}, and measures each by ${metricTitle(`${metric}@${cutoff}`)} on ${heldOut}.${next}`;
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
        {(error) => <ErrorNotice title="The job was not started." error={error()} />}
      </Show>
      <Card>
        <div class="grid gap-4 sm:grid-cols-[1fr_8rem]">
          <SelectField
            label="Data"
            value={String(props.form.dataId() ?? "")}
            options={dataOptions()}
            onValue={props.form.chooseData}
          />
          <TextField
            label="Trials"
            inputmode="numeric"
            value={plan().trials}
            errors={props.form.errorsOf("trials")}
            onValue={(value) => props.form.set("trials", value)}
          />
        </div>
        <KindOfModel form={props.form} />
        <p class="mt-4 text-sm text-muted text-pretty">{summary()}</p>
      </Card>
      <LeftOut leftOut={props.form.leftOut()} />
      <AdvancedSettings form={props.form} />
      <div class="flex justify-end gap-2">
        <LinkButton href={props.form.href("/tuning")}>Back</LinkButton>
        <Button type="submit" look="primary" busy={props.form.busy()}>
          {props.form.busy() ? "Starting…" : "Start tuning"}
        </Button>
      </div>
    </form>
  );
}

function KindOfModel(props: { form: NewJob }): JSX.Element {
  const options = () => [
    ...MODEL_KINDS.map((kind) => ({ value: kind, label: MODEL_KIND_TEXTS[kind].label })),
    ...(props.form.kind() === null ? [{ value: "", label: "Own choice of algorithms" }] : []),
  ];
  const needsTable = () => ["content", "hybrid"].includes(props.form.kind() ?? "");
  const hint = () => {
    const kind = props.form.kind();
    if (needsTable() && !props.form.hasItemTable()) {
      return "This project has no item table yet. Add one on the page Data first.";
    }
    return kind === null ? "Chosen in the advanced settings." : MODEL_KIND_TEXTS[kind].hint;
  };
  return (
    <div class="mt-4">
      <SelectField
        label="Kind of model"
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
        title="There is no data to tune on"
        action={
          <LinkButton look="primary" icon="upload" href={props.href}>
            Upload a file
          </LinkButton>
        }
      >
        Upload a file of interactions first. Once it has been read without errors, tuning can start.
      </EmptyState>
    </Card>
  );
}
