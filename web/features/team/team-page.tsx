import { useNavigate } from "@solidjs/router";
import { useQueryClient } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import { leaveProject } from "../../api/members.ts";
import { projectsKey } from "../../api/projects.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { loadedData } from "../../components/loaded.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createTeam } from "./create-team.ts";
import { InvitationsCard } from "./invitations-card.tsx";
import { InviteForm } from "./invite-form.tsx";
import { MembersCard } from "./members-card.tsx";

/** Who may see and change a project. */
export function TeamPage(): JSX.Element {
  const { projectId } = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  const team = createTeam(projectId);
  const mayLeave = () =>
    loadedData(team.members)?.members.some(({ is_you, is_founder }) => is_you && !is_founder);

  async function leave(): Promise<void> {
    await leaveProject(projectId());
    navigate("/projects");
    await client.invalidateQueries({ queryKey: projectsKey });
  }

  return (
    <>
      <PageHeader
        title={t("team.title")}
        description={t("team.about")}
        actions={
          <Show when={mayLeave()}>
            <ConfirmButton
              trigger={t("team.leave.trigger")}
              title={t("team.leave.question")}
              confirm={t("team.leave.confirm")}
              onConfirm={leave}
            >
              {t("team.leave.what")}
            </ConfirmButton>
          </Show>
        }
      />
      <div class="space-y-4">
        <Show when={team.isOwner()}>
          <InviteForm team={team} />
        </Show>
        <MembersCard team={team} />
        <Show when={team.isOwner()}>
          <InvitationsCard team={team} />
        </Show>
      </div>
    </>
  );
}
