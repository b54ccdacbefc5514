import { PROJECT_ROLES, type ProjectRole } from "#contract/project-role.ts";
import { t } from "../words/words.ts";

/** Why the role may not do what needs another; null if it may. */
export function refusalOf(role: ProjectRole | null, needed: ProjectRole | undefined): string | null {
  if (role === null || needed === undefined) return null;
  if (PROJECT_ROLES.indexOf(role) >= PROJECT_ROLES.indexOf(needed)) return null;
  return needed === "owner" ? t("components.needsOwner") : t("components.needsEditor");
}
