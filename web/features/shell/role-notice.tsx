import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import { membersQuery } from "../../api/members.ts";
import { loadedData } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";

/** Tells viewers, before they try, that they cannot change anything here. */
export function RoleNotice(props: { projectId: number }): JSX.Element {
  const members = useQuery(() => membersQuery(props.projectId));
  return (
    <Show when={loadedData(members)?.own_role === "viewer"}>
      <p class="mb-4 rounded-md border border-line bg-surface px-3 py-2 text-sm text-muted">
        {t("team.readOnly")}
      </p>
    </Show>
  );
}
