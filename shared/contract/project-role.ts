/** What a member of a project may do. Apart from the requests about members: queries need no schema of these. */

/**
 * From the least to the most: a viewer reads; an editor also changes what the project holds and what it serves; an owner also
 * manages members and API keys, erases people and deletes the project.
 */
export const PROJECT_ROLES = ["viewer", "editor", "owner"] as const;
export type ProjectRole = (typeof PROJECT_ROLES)[number];

/** The roles that may do what `asked` may do. */
export function rolesFrom(asked: ProjectRole): readonly ProjectRole[] {
  return PROJECT_ROLES.slice(PROJECT_ROLES.indexOf(asked));
}
