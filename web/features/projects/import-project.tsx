import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { createSignal, type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { ApiError } from "../../api/api-error.ts";
import { importProject, projectsKey } from "../../api/projects.ts";
import { Button } from "../../components/button.tsx";
import { Field, INPUT_CLASS, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";

/** Makes a project from the archive of an exported one. */
export function ImportProject(): JSX.Element {
  const navigate = useNavigate();
  const client = useQueryClient();
  const [archive, setArchive] = createSignal<File | null>(null);
  const [name, setName] = createSignal("");
  const mutation = useMutation(() => ({
    mutationFn: (file: File) => importProject(file, name().trim()),
    onSuccess: (project: ProjectResponse) => {
      void client.invalidateQueries({ queryKey: projectsKey });
      navigate(`/projects/${project.id}`);
    },
  }));
  const nameErrors = () => (mutation.error instanceof ApiError ? mutation.error.fields.name : undefined);
  return (
    <details class="group mt-6 rounded-lg border border-line bg-surface">
      <summary class="flex list-none items-center gap-2 rounded-lg px-4 py-3 text-sm font-medium">
        <Icon name="chevron" class="-rotate-90 text-muted transition-transform group-open:rotate-0" />
        {t("projects.import.title")}
      </summary>
      <form
        class="space-y-4 border-t border-line px-4 py-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const file = archive();
          if (file) mutation.mutate(file);
        }}
      >
        <Show when={mutation.error && !nameErrors()}>
          <ErrorNotice title={t("projects.import.failed")} error={mutation.error} />
        </Show>
        <div class="grid gap-4 sm:grid-cols-2">
          <Field label={t("projects.import.archive")} hint={t("projects.import.hint")}>
            {(ids) => (
              <input
                id={ids.id}
                type="file"
                accept=".tar"
                aria-describedby={ids.describedBy}
                class={`${INPUT_CLASS} py-1 text-sm`}
                onChange={(event) => setArchive(event.currentTarget.files?.[0] ?? null)}
              />
            )}
          </Field>
          <TextField
            label={t("projects.import.name")}
            optional
            value={name()}
            errors={nameErrors()}
            onValue={setName}
          />
        </div>
        <Button type="submit" icon="upload" busy={mutation.isPending} disabled={archive() === null}>
          {t("projects.import.submit")}
        </Button>
      </form>
    </details>
  );
}
