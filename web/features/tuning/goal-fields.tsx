import type { JSX } from "solid-js";
import { SelectField, TextField } from "../../components/field.tsx";
import { t } from "../../words/words.ts";
import { metricTitle } from "../measuring/metric-title.ts";
import type { NewJob } from "./create-new-job.ts";
import { AIMS, aimOf, EFFORTS, effortOf, metricOfAim, planOfEffort } from "./job-goals.ts";

/** How long a job searches and what it searches for. Numbers and metrics of one's own are shown as such. */
export function GoalFields(props: { form: NewJob }): JSX.Element {
  const effort = () => effortOf(props.form.plan);
  const aim = () => aimOf(props.form.plan.metric);
  const efforts = () => [
    ...EFFORTS.map((value) => ({ value, label: t(`tuning.efforts.${value}.label`) })),
    ...(effort() === null ? [{ value: "", label: t("tuning.new.own") }] : []),
  ];
  const aims = () => [
    ...AIMS.map((value) => ({ value, label: t(`tuning.aims.${value}`) })),
    ...(aim() === null ? [{ value: "", label: metricTitle(props.form.plan.metric) }] : []),
  ];
  const effortHint = () => {
    const known = effort();
    return known === null ? t("tuning.efforts.own") : t(`tuning.efforts.${known}.hint`);
  };
  return (
    <>
      <div class="mt-4 grid gap-4 sm:grid-cols-[1fr_8rem]">
        <SelectField
          label={t("tuning.efforts.title")}
          hint={effortHint()}
          value={effort() ?? ""}
          options={efforts()}
          onValue={(value) => {
            const chosen = EFFORTS.find((one) => one === value);
            if (!chosen) return;
            const { trials, timeoutMinutes } = planOfEffort(chosen);
            props.form.set("trials", trials);
            props.form.set("timeoutMinutes", timeoutMinutes);
          }}
        />
        <TextField
          label={t("common.trials")}
          inputmode="numeric"
          value={props.form.plan.trials}
          errors={props.form.errorsOf("trials")}
          onValue={(value) => props.form.set("trials", value)}
        />
      </div>
      <div class="mt-4">
        <SelectField
          label={t("tuning.aims.title")}
          value={aim() ?? ""}
          options={aims()}
          onValue={(value) => {
            const chosen = AIMS.find((one) => one === value);
            if (chosen) props.form.set("metric", metricOfAim(chosen));
          }}
        />
      </div>
    </>
  );
}
