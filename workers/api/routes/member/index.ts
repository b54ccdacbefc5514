import {
  type InvitationAcceptedResponse,
  type InvitationListResponse,
  invitationRequest,
  invitationTokenRequest,
  memberRequest,
} from "#contract/member.ts";
import {
  acceptInvitation,
  createInvitation,
  listInvitations,
  lookAtInvitation,
  withdrawInvitation,
} from "#services/members/invitations.ts";
import { changeRole, listMembers, removeMember } from "#services/members/members.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { projects } from "#services/resources/project.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody } from "../../middleware/body.ts";
import { type Endpoint, idParam } from "../../middleware/endpoint.ts";
import { rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

/** Keys act for a project, not for a person: members are the business of sessions. */
const SESSION = { access: "session" } as const;
const OF_OWNERS = { access: "session", role: "owner" } as const;

export function memberRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db } = deps;
  endpoint(
    "/project/:id/members",
    { GET: rowHandler(db, projects, async (c, row, viewer) => c.json(await listMembers(db, row, viewer))) },
    SESSION,
  );
  endpoint(
    "/project/:id/members/:user",
    {
      PATCH: rowHandler(db, projects, async (c, row, viewer) => {
        const user = idParam(c, "user");
        const { role } = await parseBody(c, memberRequest);
        await changeRole(deps, row, user, role);
        noteSubject(c, { id: user, projectId: row.id }, { reason: role });
        return c.json(await listMembers(db, row, viewer));
      }),
      DELETE: rowHandler(db, projects, async (c, row) => {
        const user = idParam(c, "user");
        await removeMember(deps, row, user);
        noteSubject(c, { id: user, projectId: row.id });
        return c.body(null, 204);
      }),
    },
    OF_OWNERS,
  );
  endpoint(
    "/project/:id/leave",
    {
      POST: rowHandler(db, projects, async (c, row, viewer) => {
        await removeMember(deps, row, viewer.accountId);
        noteSubject(c, { id: viewer.accountId, projectId: row.id });
        return c.body(null, 204);
      }),
    },
    { ...SESSION, role: "viewer" },
  );
  invitationRoutes(endpoint, deps);
}

function invitationRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db } = deps;
  endpoint(
    "/project/:id/invitations",
    {
      GET: rowHandler(db, projects, async (c, row) => {
        const invitations = await listInvitations(deps, row);
        return c.json({ invitations } satisfies InvitationListResponse);
      }),
      POST: rowHandler(db, projects, async (c, row, viewer) => {
        const request = await parseBody(c, invitationRequest);
        const { row: made, token } = await createInvitation(deps, viewer, row, request);
        noteSubject(c, made, { reason: made.role });
        const { id, role, note } = made;
        const times = { expires_at: isoTime(made.expiresAt), ins_datetime: isoTime(made.createdAt) };
        const by = c.var.caller.account.username;
        return c.json({ ...{ id, project: row.id, role, note, invited_by: by, token }, ...times }, 201);
      }),
    },
    OF_OWNERS,
  );
  endpoint(
    "/project/:id/invitations/:invitation",
    {
      DELETE: rowHandler(db, projects, async (c, row) => {
        const id = idParam(c, "invitation");
        await withdrawInvitation(db, row, id);
        noteSubject(c, { id, projectId: row.id });
        return c.body(null, 204);
      }),
    },
    OF_OWNERS,
  );
  endpoint(
    "/invitation/look",
    {
      POST: async (c) => {
        const { token } = await parseBody(c, invitationTokenRequest);
        return c.json(await lookAtInvitation(deps, c.var.caller.viewer, token));
      },
    },
    SESSION,
  );
  endpoint(
    "/invitation/accept",
    {
      POST: async (c) => {
        const { token } = await parseBody(c, invitationTokenRequest);
        const { id, project, role } = await acceptInvitation(deps, c.var.caller.viewer, token);
        noteSubject(c, { id, projectId: project }, { reason: role });
        return c.json({ project, role } satisfies InvitationAcceptedResponse);
      },
    },
    SESSION,
  );
}
