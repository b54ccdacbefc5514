import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { useProject } from "../shell/use-project.ts";
import { createSettingsForm } from "./create-settings-form.ts";

/** What a project is called, and where its files have what. */
export function SettingsPage(): JSX.Element {
  const { project } = useProject();
  return (
    <>
      <PageHeader title="Settings" description="The project's name and the columns of its files." />
      <Show when={project()}>{(found) => <SettingsForm project={found()} />}</Show>
    </>
  );
}

function SettingsForm(props: { project: ProjectResponse }): JSX.Element {
  const form = createSettingsForm(props.project);
  const fieldOf = (field: keyof typeof form.values) => ({
    value: form.values[field],
    errors: form.errorsOf(field),
    onValue: (value: string) => form.setValue(field, value),
  });
  return (
    <form
      class="max-w-2xl"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Card title="Name and columns">
        <div class="space-y-4">
          <Show when={form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
          <Show when={form.isSaved()}>
            <Notice tone="good" live title="Saved." />
          </Show>
          <TextField label="Project name" {...fieldOf("name")} />
          <div class="grid gap-4 sm:grid-cols-3">
            <TextField label="User column" {...fieldOf("user_column")} />
            <TextField label="Item column" {...fieldOf("item_column")} />
            <TextField label="Time column" optional {...fieldOf("time_column")} />
          </div>
          <p class="text-xs text-faint">
            New columns count for files that you upload from now on. Data that is here stays as it was read.
          </p>
          <Button type="submit" look="primary" busy={form.busy()}>
            Save
          </Button>
        </div>
      </Card>
    </form>
  );
}
