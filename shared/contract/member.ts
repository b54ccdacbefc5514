/** Members of a project, and the links that invite them. */
import * as z from "zod";
import { choice, text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";
import { PROJECT_ROLES } from "./project-role.ts";

/** Of one project, without its founder. */
export const MAX_MEMBERS = 100;
/** Links of one project that wait for an answer. */
export const MAX_INVITATIONS = 50;
export const INVITATION_DAYS = 7;
/** Letters of the secret in a link: 32 random bytes in url-safe base64. */
const INVITATION_TOKEN_LENGTH = 43;

const role = z.enum(PROJECT_ROLES);

export const memberRequest = z.strictObject({ role: choice(PROJECT_ROLES) });

export const memberResponse = z.object({
  user: rowId,
  username: z.string(),
  email: z.string(),
  role,
  /** The account that made the project. It stays an owner, and its quotas and deletion concern the project. */
  is_founder: z.boolean(),
  is_you: z.boolean(),
  /** When the member joined; for the founder, when the project was made. */
  since: timestamp,
});
export type MemberResponse = z.infer<typeof memberResponse>;

export const memberListResponse = z.object({
  /** The caller's own role; null for an administrator who is no member. */
  own_role: role.nullable(),
  /** The founder first, then by the time of joining. */
  members: z.array(memberResponse),
});
export type MemberListResponse = z.infer<typeof memberListResponse>;

export const invitationRequest = z.strictObject({
  role: choice(PROJECT_ROLES),
  /** For whom the link is, as a reminder for the owners. */
  note: text({ max: 256, blank: true }).default(""),
});
export type InvitationRequest = z.infer<typeof invitationRequest>;

export const invitationResponse = z.object({
  id: rowId,
  project: rowId,
  role,
  note: z.string(),
  /** The name of the owner who made it. */
  invited_by: z.string(),
  expires_at: timestamp,
  ins_datetime: timestamp,
});
export type InvitationResponse = z.infer<typeof invitationResponse>;

export const invitationListResponse = z.object({ invitations: z.array(invitationResponse) });
export type InvitationListResponse = z.infer<typeof invitationListResponse>;

/** `token` is the secret of the link; it is in this answer and nowhere else. */
export const invitationCreatedResponse = invitationResponse.extend({ token: z.string() });
export type InvitationCreatedResponse = z.infer<typeof invitationCreatedResponse>;

export const invitationTokenRequest = z.strictObject({ token: text({ max: INVITATION_TOKEN_LENGTH }) });

/** What an invitation is for, before it is accepted. */
export const invitationOffer = z.object({
  project: rowId,
  project_name: z.string(),
  role,
  invited_by: z.string(),
  expires_at: timestamp,
  /** The caller's present role, if the caller is a member already. */
  own_role: role.nullable(),
});
export type InvitationOffer = z.infer<typeof invitationOffer>;

export const invitationAcceptedResponse = z.object({ project: rowId, role });
export type InvitationAcceptedResponse = z.infer<typeof invitationAcceptedResponse>;
