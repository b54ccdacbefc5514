import { createContext, type JSX, type ParentProps, useContext } from "solid-js";
import type { ProjectRole } from "#contract/project-role.ts";
import { refusalOf } from "./role-refusal.ts";

export type OwnRole = () => ProjectRole | null;

/** Null: outside a project, while the role is not known, and for administrators who are no members. */
const Context = createContext<OwnRole>(() => null);

/** Tells everything inside which role the visitor has in the project. */
export function RoleProvider(props: ParentProps<{ role: OwnRole }>): JSX.Element {
  return <Context.Provider value={props.role}>{props.children}</Context.Provider>;
}

/** The visitor's role in the project of the page. */
export function useRole(): OwnRole {
  return useContext(Context);
}

/** Why the visitor may not do what needs a role; null if the visitor may. */
export function useRefusal(needed: () => ProjectRole | undefined): () => string | null {
  const role = useRole();
  return () => refusalOf(role(), needed());
}
