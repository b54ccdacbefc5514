import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type Accessor, createSignal } from "solid-js";
import type { InvitationCreatedResponse } from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import {
  invitationsQuery,
  invite,
  membersQuery,
  removeMember,
  setRole,
  teamKey,
  withdrawInvitation,
} from "../../api/members.ts";
import { loadedData } from "../../components/loaded.tsx";

/** The members of a project, and for owners its invitations and the form of a new one. */
export function createTeam(projectId: Accessor<number>) {
  const client = useQueryClient();
  const members = useQuery(() => membersQuery(projectId()));
  const isOwner = () => loadedData(members)?.own_role === "owner";
  const invitations = useQuery(() => ({ ...invitationsQuery(projectId()), enabled: isOwner() }));
  const [role, chooseRole] = createSignal<ProjectRole>("viewer");
  const [note, setNote] = createSignal("");
  const [created, setCreated] = createSignal<InvitationCreatedResponse | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: teamKey(projectId()) });
  const mutation = useMutation(() => ({
    mutationFn: () => invite(projectId(), { role: role(), note: note().trim() }),
    onSuccess: (made: InvitationCreatedResponse) => {
      setCreated(made);
      setNote("");
      void refresh();
    },
  }));
  const thenRefresh = async (change: Promise<void>): Promise<void> => {
    await change;
    await refresh();
  };
  return {
    members,
    invitations,
    isOwner,
    role,
    chooseRole,
    note,
    setNote,
    /** The invitation whose link is shown. */
    created,
    putAway: () => setCreated(null),
    busy: () => mutation.isPending,
    error: () => mutation.error,
    invite: () => mutation.mutate(),
    setRole: (userId: number, next: ProjectRole) => thenRefresh(setRole(projectId(), userId, next)),
    remove: (userId: number) => thenRefresh(removeMember(projectId(), userId)),
    withdraw: (invitationId: number) => thenRefresh(withdrawInvitation(projectId(), invitationId)),
  };
}

export type Team = ReturnType<typeof createTeam>;

/** The address of an invitation. The secret stands behind the "#", which browsers send to no server. */
export function invitationLink(origin: string, token: string): string {
  return `${origin}/invitation#${token}`;
}
