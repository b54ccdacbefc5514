import { type JSX, Show } from "solid-js";
import { useRole } from "../../components/role.tsx";
import { t } from "../../words/words.ts";

/** Tells viewers, before they try, that they cannot change anything here. */
export function RoleNotice(): JSX.Element {
  const role = useRole();
  return (
    <Show when={role() === "viewer"}>
      <p class="mb-4 rounded-md border border-line bg-surface px-3 py-2 text-sm text-muted">
        {t("team.readOnly")}
      </p>
    </Show>
  );
}
