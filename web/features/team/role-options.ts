import { PROJECT_ROLES } from "#contract/project-role.ts";
import type { Option } from "../../components/field.tsx";
import { t } from "../../words/words.ts";

/** The roles to choose from, the least first. */
export function roleOptions(): readonly Option[] {
  return PROJECT_ROLES.map((role) => ({ value: role, label: t(`team.roles.${role}`) }));
}
