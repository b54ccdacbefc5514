import { openSessionList } from "#contract/auth.ts";
import {
  invitationAcceptedResponse,
  invitationCreatedResponse,
  invitationListResponse,
  invitationOffer,
  invitationRequest,
  invitationTokenRequest,
  memberListResponse,
  memberRequest,
} from "#contract/member.ts";
import type { Descriptions } from "./description.ts";

export const MEMBERS: Descriptions = {
  "GET /project/:id/members": { summary: "List members and their roles", answer: memberListResponse },
  "PATCH /project/:id/members/:user": {
    summary: "Give a member another role",
    body: memberRequest,
    answer: memberListResponse,
  },
  "DELETE /project/:id/members/:user": { summary: "Remove a member", status: 204 },
  "POST /project/:id/leave": { summary: "Leave a project", status: 204 },
  "GET /project/:id/invitations": {
    summary: "List invitations that wait for an answer",
    answer: invitationListResponse,
  },
  "POST /project/:id/invitations": {
    summary: "Invite by a link, whose secret is shown once",
    body: invitationRequest,
    answer: invitationCreatedResponse,
    status: 201,
  },
  "DELETE /project/:id/invitations/:invitation": { summary: "Withdraw an invitation", status: 204 },
  "POST /invitation/look": {
    summary: "Show what an invitation offers",
    body: invitationTokenRequest,
    answer: invitationOffer,
  },
  "POST /invitation/accept": {
    summary: "Accept an invitation",
    body: invitationTokenRequest,
    answer: invitationAcceptedResponse,
  },
  "GET /auth/sessions": { summary: "List your open sessions", answer: openSessionList },
  "DELETE /auth/sessions/:session": { summary: "End one of your sessions", status: 204 },
  "POST /auth/sessions/end_others": {
    summary: "End all your sessions but this one",
    answer: openSessionList,
  },
};
