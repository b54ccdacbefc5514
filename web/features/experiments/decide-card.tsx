import { createSignal, type JSX } from "solid-js";
import type { ExperimentResponse } from "#contract/experiment.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import type { OpenExperiment } from "./create-experiment.ts";

/** Ends an experiment by giving one slot all its requests; the reason goes into the log of activity. */
export function DecideCard(props: { row: ExperimentResponse; experiment: OpenExperiment }): JSX.Element {
  const slots = () => props.row.variants.flatMap(({ slot }) => (slot === null ? [] : [slot]));
  const [chosen, setChosen] = createSignal<number | null>(null);
  const [reason, setReason] = createSignal("");
  const [problem, setProblem] = createSignal<readonly string[] | undefined>();
  const slot = () => chosen() ?? loadedData(props.experiment.report)?.best ?? slots().at(-1) ?? 0;
  function end(name: "promote" | "roll_back"): void {
    const text = reason().trim();
    setProblem(text === "" ? [t("experiments.decide.needsReason")] : undefined);
    if (text === "") return;
    props.experiment.step.mutate({ name, reason: text, ...(name === "promote" && { slot: slot() }) });
  }
  return (
    <Card title={t("experiments.decide.title")} subtitle={t("experiments.decide.about")}>
      <form
        class="space-y-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          end("promote");
        }}
      >
        <div class="grid gap-4 sm:grid-cols-[16rem_1fr]">
          <SelectField
            label={t("experiments.decide.slot")}
            value={String(slot())}
            options={slots().map((id) => ({ value: String(id), label: props.experiment.names.nameOf(id) }))}
            onValue={(value) => setChosen(Number(value))}
          />
          <TextField
            label={t("experiments.decide.reason")}
            hint={t("experiments.decide.reasonHint")}
            value={reason()}
            errors={problem()}
            onValue={setReason}
          />
        </div>
        <div class="flex flex-wrap gap-2">
          <Button needs="editor" type="submit" look="primary" busy={props.experiment.step.isPending}>
            {t("experiments.decide.promote")}
          </Button>
          <Button needs="editor" disabled={props.experiment.step.isPending} onClick={() => end("roll_back")}>
            {t("experiments.decide.back")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
