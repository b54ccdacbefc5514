import { queryOptions } from "@tanstack/solid-query";
import type {
  InvitationCreatedResponse,
  InvitationRequest,
  invitationAcceptedResponse,
  invitationCreatedResponse,
  invitationListResponse,
  invitationOffer,
  memberListResponse,
} from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import { type Answer, command, request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const teamKey = (projectId: number) => [...projectKey(projectId), "team"] as const;

export const membersQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...teamKey(projectId), "members"],
    queryFn: ({ signal }) =>
      request<Answer<typeof memberListResponse>>(`project/${projectId}/members/`, { signal }),
  });

/** Only owners may ask. */
export const invitationsQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...teamKey(projectId), "invitations"],
    queryFn: ({ signal }) =>
      request<Answer<typeof invitationListResponse>>(`project/${projectId}/invitations/`, { signal }),
  });

export function setRole(projectId: number, userId: number, role: ProjectRole): Promise<void> {
  return command(`project/${projectId}/members/${userId}/`, { method: "PATCH", body: { role } });
}

export function removeMember(projectId: number, userId: number): Promise<void> {
  return command(`project/${projectId}/members/${userId}/`, { method: "DELETE" });
}

export function leaveProject(projectId: number): Promise<void> {
  return command(`project/${projectId}/leave/`);
}

/** The answer is the only place that has the secret of the link. */
export function invite(
  projectId: number,
  body: Pick<InvitationRequest, "role" | "note">,
): Promise<InvitationCreatedResponse> {
  return request<Answer<typeof invitationCreatedResponse>>(`project/${projectId}/invitations/`, {
    method: "POST",
    body,
  });
}

export function withdrawInvitation(projectId: number, invitationId: number): Promise<void> {
  return command(`project/${projectId}/invitations/${invitationId}/`, { method: "DELETE" });
}

export const offerQuery = (token: string) =>
  queryOptions({
    queryKey: ["invitation", token],
    queryFn: ({ signal }) =>
      request<Answer<typeof invitationOffer>>("invitation/look/", {
        method: "POST",
        body: { token },
        signal,
      }),
  });

export function acceptInvitation(token: string) {
  return request<Answer<typeof invitationAcceptedResponse>>("invitation/accept/", {
    method: "POST",
    body: { token },
  });
}
