import { useNavigate } from "@solidjs/router";
import { useMutation, useQueryClient } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import type { ProjectResponse } from "#contract/project.ts";
import { createProject, projectsKey } from "../../api/projects.ts";
import { Button } from "../../components/button.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";

/** Makes a project with generated data and goes all the way to a live recommendation, without typing. */
export function TrySample(props: { look: "primary" | "quiet" }): JSX.Element {
  const navigate = useNavigate();
  const client = useQueryClient();
  const mutation = useMutation(() => ({
    mutationFn: () =>
      createProject({
        name: `${t("onboarding.sampleName")} ${Date.now().toString(36).slice(-4)}`,
        ...{ user_column: "user_id", item_column: "item_id", time_column: "timestamp" },
        allowed_origins: [],
      }),
    onSuccess: (project: ProjectResponse) => {
      void client.invalidateQueries({ queryKey: projectsKey });
      navigate(`/projects/${project.id}/start?sample=1`);
    },
  }));
  return (
    <>
      <Button look={props.look} icon="play" busy={mutation.isPending} onClick={() => mutation.mutate()}>
        {t("onboarding.trySample")}
      </Button>
      <Show when={mutation.error}>
        {(error) => <ErrorNotice title={t("onboarding.notMade")} error={error()} />}
      </Show>
    </>
  );
}
