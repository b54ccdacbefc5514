import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextArea, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
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
      <PageHeader
        title="Settings"
        description="The project's name, how its files are read, how its lists explore, which websites may call it, and what interactions are worth."
      />
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
      <Card title="Name and columns">
        <div class="space-y-4">
          <TextField label="Project name" {...fieldOf("name")} />
          <div class="grid gap-4 sm:grid-cols-3">
            <TextField label="User column" {...fieldOf("user_column")} />
            <TextField label="Item column" {...fieldOf("item_column")} />
            <TextField label="Time column" optional {...fieldOf("time_column")} />
          </div>
          <p class="text-xs text-faint">
            Choose columns by name, or by number if there is no header row (1 is the first column).
          </p>
        </div>
      </Card>
      <Card
        title="How files are read"
        subtitle="For files that you upload from now on. Files that are already here stay as they were read."
      >
        <ReadingFields values={form.values} errorsOf={form.errorsOf} onValue={form.setValue} />
      </Card>
      <Card
        title="New items in lists"
        subtitle="Nobody knows yet whether people want an item that hardly anybody has seen. Lists show a few of them to find out."
      >
        <ListFields values={form.lists} errorsOf={form.listErrorsOf} onValue={form.setList} />
      </Card>
      <Card
        title="Websites"
        subtitle="Pages of these websites may ask for recommendations directly from the browser."
      >
        <TextArea
          label="Allowed origins"
          optional
          hint="One per line, for example https://shop.example. Leave this empty if only your server calls the API."
          rows={3}
          {...fieldOf("allowed_origins")}
        />
      </Card>
      <Show when={form.formError()}>{(text) => <Notice tone="bad" live title={text()} />}</Show>
      <Show when={form.isSaved()}>
        <Notice tone="good" live title="Saved." />
      </Show>
      <Button type="submit" look="primary" busy={form.busy()}>
        Save
      </Button>
    </form>
  );
}
