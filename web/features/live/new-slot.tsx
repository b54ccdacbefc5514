import { type JSX, Show } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createNewSlot } from "./create-new-slot.ts";
import type { Releases } from "./create-releases.ts";

export function NewSlot(props: { releases: Releases; onDone: () => void }): JSX.Element {
  const { projectId } = useProject();
  const form = createNewSlot(props.releases, projectId, () => props.onDone());
  return (
    <Card title={t("live.add.title")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        <Show when={form.error()}>
          {(error) => <ErrorNotice title={t("live.add.failed")} error={error()} />}
        </Show>
        <div class="grid gap-4 sm:grid-cols-2">
          <TextField
            label={t("live.add.name")}
            hint={t("live.add.nameHint")}
            value={form.values.name}
            errors={form.errorsOf("name")}
            onValue={(value) => form.set("name", value)}
          />
          <SelectField
            label={t("live.add.model")}
            value={form.values.model}
            errors={form.errorsOf("trained_model")}
            options={[{ value: "", label: t("live.replace.choose") }, ...props.releases.names.ready()]}
            onValue={(value) => form.set("model", value)}
          />
          <SelectField
            label={t("live.add.kind")}
            value={form.values.kind}
            options={[
              { value: "live", label: t("live.add.kinds.live") },
              { value: "shadow", label: t("live.add.kinds.shadow") },
            ]}
            onValue={(value) => form.set("kind", value)}
          />
          <Show
            when={form.values.kind === "shadow"}
            fallback={
              <TextField
                label={t("live.add.weight")}
                hint={t("live.add.weightHint")}
                inputmode="decimal"
                value={form.values.weight}
                errors={form.errorsOf("weight")}
                onValue={(value) => form.set("weight", value)}
              />
            }
          >
            <TextField
              label={t("live.add.rate")}
              hint={t("live.add.rateHint")}
              inputmode="decimal"
              value={form.values.rate}
              errors={form.errorsOf("shadow_rate")}
              onValue={(value) => form.set("rate", value)}
            />
          </Show>
        </div>
        <div class="flex gap-2">
          <Button needs="editor" type="submit" look="primary" busy={form.isBusy()}>
            {t("live.add.create")}
          </Button>
          <Button look="quiet" onClick={props.onDone}>
            {t("live.add.cancel")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
