import type { KeyScope } from "#contract/key-scopes.ts";
import type { ProjectRole } from "#contract/project-role.ts";

/** The caller. A key acts as its owner, within its project and scopes. */
export interface Viewer {
  readonly accountId: number;
  readonly isStaff: boolean;
  readonly key: {
    readonly id: number;
    readonly projectId: number;
    readonly scopes: readonly KeyScope[];
  } | null;
  /** The least role in a project that the request needs; the highest if absent. See `RowViewer`. */
  readonly asks?: ProjectRole;
}

/** Staff reads everybody's rows; a key of a staff member stays within its project. */
export function seesEverything(viewer: Viewer): boolean {
  return viewer.isStaff && viewer.key === null;
}

/** An account for which the platform acts: without staff's rights and without a key's limits. */
export function ownerOf(accountId: number): Viewer {
  return { accountId, isStaff: false, key: null };
}
