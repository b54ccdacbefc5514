import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import type { ProjectField } from "../projects/check-project.ts";
import { ReadingFields } from "../projects/reading-fields.tsx";
import { useProject } from "../shell/use-project.ts";
import { WeightsCard } from "../weights/weights-card.tsx";
import { createSettingsForm } from "./create-settings-form.ts";
import { ListFields } from "./list-fields.tsx";

/** A project's name, how its files are read, how its lists explore, which pages may call it, and what interactions are worth. */
export function SettingsPage(): JSX.Element {
  const { project } = useProject();
  return (
    <>
      <PageHeader title={t("settings.title")} description={t("settings.about")} />
      <Show when={project()}>
        {(found) => (
          <div class="max-w-2xl space-y-4">
            <SettingsForm project={found()} />
            <WeightsCard project={found()} />
          </div>
        )}
      </Show>
    </>
  );
}

function SettingsForm(props: { project: ProjectResponse }): JSX.Element {
  const form = createSettingsForm(props.project);
  const fieldOf = (field: ProjectField) => ({
    value: form.values[field],
    errors: form.errorsOf(field),
    onValue: (value: string) => form.setValue(field, value),
  });
  return (
    <form
      class="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Card title={t("projects.columns.title")}>
        <div class="space-y-4">
          <TextField label={t("projects.columns.name")} {...fieldOf("name")} />
          <div class="grid gap-4 sm:grid-cols-3">
            <TextField label={t("projects.columns.user")} {...fieldOf("user_column")} />
            <TextField label={t("projects.columns.item")} {...fieldOf("item_column")} />
            <TextField label={t("projects.columns.time")} optional {...fieldOf("time_column")} />
          </div>
          <p class="text-xs text-faint">{t("settings.columnsHint")}</p>
        </div>
      </Card>
      <Card title={t("settings.reading")} subtitle={t("settings.readingAbout")}>
        <ReadingFields values={form.values} errorsOf={form.errorsOf} onValue={form.setValue} />
      </Card>
      <Card title={t("settings.lists.title")} subtitle={t("settings.lists.about")}>
        <ListFields values={form.lists} errorsOf={form.listErrorsOf} onValue={form.setList} />
      </Card>
      <Card title={t("settings.websites")} subtitle={t("settings.websitesAbout")}>
        <TextArea
          label={t("settings.origins")}
          optional
          hint={t("settings.originsHint")}
          rows={3}
          {...fieldOf("allowed_origins")}
        />
      </Card>
      <Show when={form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
      <Show when={form.isSaved()}>
        <Notice tone="good" live title={t("common.saved")} />
      </Show>
      <Button needs="editor" type="submit" look="primary" busy={form.busy()}>
        {t("common.save")}
      </Button>
    </form>
  );
}
