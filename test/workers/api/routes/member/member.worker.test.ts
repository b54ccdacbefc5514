/** Members, invitations by link, and an account's own sessions. */
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { openSessionList } from "#contract/auth.ts";
import {
  INVITATION_DAYS,
  invitationListResponse,
  invitationOffer,
  MAX_INVITATIONS,
  memberListResponse,
} from "#contract/member.ts";
import { projectInvitation, projectMember } from "#db/member-schema.ts";
import { splitConfig } from "#db/schema.ts";
import { makeTokens } from "#services/access/tokens.ts";
import { suspend } from "#services/accounts/users.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { bodyOf, join, readAs, SECRET, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";
import { accept, invite, joined, roleWorld } from "./role-world.ts";

const DAY_MS = 86_400_000;

describe("invitations", () => {
  it("make a member once, and the link is used up", async () => {
    const { api, owner, project } = await roleWorld();
    const [first, second] = [await join(api), await join(api)];
    const link = await invite(owner, project, "editor");
    const { token } = link;
    expect(await readAs(invitationOffer, await first.call("POST", "/invitation/look/", { token }))).toEqual({
      project,
      project_name: expect.any(String),
      role: "editor",
      invited_by: owner.username,
      expires_at: expect.any(String),
      own_role: null,
    });
    expect(await bodyOf(await accept(first, link))).toEqual({ project, role: "editor" });
    expect((await first.call("GET", `/project/${project}/`)).status).toBe(200);
    expect((await accept(second, link)).status).toBe(404);
    expect((await second.call("GET", `/project/${project}/`)).status).toBe(404);
  });

  it("make one member of two who accept at the same moment", async () => {
    const { api, owner, project } = await roleWorld();
    const people = [await join(api), await join(api)];
    const link = await invite(owner, project, "viewer");
    const answers = await Promise.all(people.map((person) => accept(person, link)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
  });

  it("end after a week, when they are withdrawn, and when their inviter is no owner any more", async () => {
    const world = await roleWorld();
    const { api, owner, project, stranger } = world;
    const withdrawn = await invite(owner, project, "viewer");
    expect((await owner.call("DELETE", `/project/${project}/invitations/${withdrawn.id}/`)).status).toBe(204);
    const second = await joined(world, "owner");
    const orphaned = await invite(second, project, "owner");
    const member = `/project/${project}/members/${second.session.user.pk}/`;
    expect((await owner.call("PATCH", member, { role: "editor" })).status).toBe(200);
    const late = await invite(owner, project, "viewer");
    for (const { token } of [withdrawn, orphaned]) {
      expect((await stranger.call("POST", "/invitation/look/", { token })).status).toBe(404);
      expect((await accept(stranger, { token })).status).toBe(404);
    }
    const { invitations } = await readAs(
      invitationListResponse,
      await owner.call("GET", `/project/${project}/invitations/`),
    );
    expect(invitations.map(({ id }) => id)).toEqual([late.id, orphaned.id]);
    expect(JSON.stringify(invitations)).not.toContain(late.token);
    await api.deps.db
      .update(projectInvitation)
      .set({ expiresAt: api.deps.clock() })
      .where(eq(projectInvitation.id, late.id));
    expect((await accept(stranger, late)).status).toBe(404);
    expect(late.expires_at).toBe(new Date(api.deps.clock() + INVITATION_DAYS * DAY_MS).toISOString());
  });

  it("are refused past their number, and do not change a member's role", async () => {
    const { owner, viewer, project } = await roleWorld();
    const links = [];
    for (let at = 0; at < MAX_INVITATIONS; at += 1) links.push(await invite(owner, project, "owner"));
    const more = await owner.call("POST", `/project/${project}/invitations/`, { role: "viewer" });
    expect(more.status).toBe(409);
    expect((await accept(viewer, links[0] ?? { token: "" })).status).toBe(409);
    expect((await viewer.call("POST", `/project/${project}/invitations/`, { role: "viewer" })).status).toBe(
      403,
    );
  });

  it("say which role is unknown", async () => {
    const { owner, project } = await roleWorld();
    const answer = await owner.call("POST", `/project/${project}/invitations/`, { role: "king" });
    expect([answer.status, await bodyOf(answer)]).toEqual([400, { role: ['"king" is not a valid choice.'] }]);
  });
});

describe("members", () => {
  it("are listed for each other, the founder first", async () => {
    const { owner, editor, viewer, staff, project } = await roleWorld();
    const seen = await readAs(memberListResponse, await viewer.call("GET", `/project/${project}/members/`));
    expect(seen.own_role).toBe("viewer");
    expect(
      seen.members.map(({ username, role, is_founder, is_you }) => [username, role, is_founder, is_you]),
    ).toEqual([
      [owner.username, "owner", true, false],
      [editor.username, "editor", false, false],
      [viewer.username, "viewer", false, true],
    ]);
    const asStaff = await readAs(memberListResponse, await staff.call("GET", `/project/${project}/members/`));
    expect(asStaff.own_role).toBeNull();
  });

  it("get another role at once, and lose everything when they are removed", async () => {
    const { api, owner, viewer, project } = await roleWorld();
    const rename = () => viewer.call("PATCH", `/project/${project}/`, { time_column: "at" });
    const member = `/project/${project}/members/${viewer.session.user.pk}/`;
    expect((await rename()).status).toBe(403);
    expect((await owner.call("PATCH", member, { role: "editor" })).status).toBe(200);
    expect((await rename()).status).toBe(200);
    expect((await owner.call("DELETE", member)).status).toBe(204);
    expect((await rename()).status).toBe(404);
    expect(await bodyOf(await viewer.call("GET", "/project/"))).toMatchObject({ count: 0 });
    expect((await owner.call("DELETE", member)).status).toBe(404);
    const log = await owner.call("GET", `/audit_log/?project=${project}`);
    const actions = ((await log.json()) as { results: { action: string }[] }).results.map(
      (row) => row.action,
    );
    expect(actions).toEqual(
      expect.arrayContaining(["DELETE /project/:id/members/:user", "PATCH /project/:id/members/:user"]),
    );
    expect(api.logged.filter(({ event }) => event === "audit_entry_lost")).toEqual([]);
  });

  it("leave when they want; the founder stays", async () => {
    const { owner, viewer, project } = await roleWorld();
    expect((await viewer.call("POST", `/project/${project}/leave/`)).status).toBe(204);
    expect((await viewer.call("GET", `/project/${project}/`)).status).toBe(404);
    expect((await owner.call("POST", `/project/${project}/leave/`)).status).toBe(409);
    const founder = `/project/${project}/members/${owner.session.user.pk}/`;
    expect((await owner.call("DELETE", founder)).status).toBe(409);
  });

  it("of a removed job's project lose their open sockets", async () => {
    const world = await roleWorld();
    const { api, owner, viewer, project } = world;
    const data = await readyData(project);
    const study = {
      split: await post(owner, "/split_config/", {}),
      evaluation: await post(owner, "/evaluation_config/", {}),
    };
    const job = await post(owner, "/parameter_tuning_job/", { data, ...study });
    api.calls.length = 0;
    await owner.call("DELETE", `/project/${project}/members/${viewer.session.user.pk}/`);
    expect(api.calls).toContainEqual(["closeSockets", job]);
    const editor = await joined(world, "editor");
    api.calls.length = 0;
    await suspend({ ...api.deps, tokens: makeTokens(SECRET, api.deps.clock) }, editor.session.user.pk);
    expect(api.calls).toContainEqual(["closeSockets", job]);
  });

  it("who are owners make keys that stay when they leave", async () => {
    const world = await roleWorld();
    const { owner, project, api } = world;
    const second = await joined(world, "owner");
    const made = await second.call("POST", "/api_keys/", { project, name: "k", scopes: ["read"] });
    const { key } = (await made.json()) as { key: string };
    await owner.call("DELETE", `/project/${project}/members/${second.session.user.pk}/`);
    const read = await api.fetch(`/api/v1/project/${project}/`, { headers: { "x-api-key": key } });
    expect(read.status).toBe(200);
  });

  it("take the room of their own account too, so that inviting an account does not double it", async () => {
    const quotas = { projects: null, jobs: null, storage_mb: 1 } as const;
    const world = await roleWorld(testApi({ settings: { ...testApi().deps.settings, quotas } }));
    const { editor, project } = world;
    await readyData(project, { filesize: 1_000_000 });
    const upload = { project, kind: "training_data", filename: "a.csv", size: 3 };
    expect(await bodyOf(await editor.call("POST", "/uploads/", upload))).toMatchObject({
      code: "quota_exceeded",
    });
  });

  it("do not take another account's jobs along when they close their account", async () => {
    const { api, staff, owner, editor, project } = await roleWorld();
    const data = await readyData(project);
    const split = await post(editor, "/split_config/", {});
    const unused = await post(editor, "/split_config/", {});
    const evaluation = await post(editor, "/evaluation_config/", {});
    const job = await post(editor, "/parameter_tuning_job/", { data, split, evaluation });
    const closed = await staff.call("POST", `/users/${editor.session.user.pk}/erase/`, {});
    expect(closed.status).toBe(202);
    for (let minutes = 2; minutes < 18; minutes += 2) {
      await driveDeletions({ ...api.deps, clock: () => api.deps.clock() + minutes * 60_000 });
    }
    const { db } = api.deps;
    const left = await db.select().from(splitConfig).where(eq(splitConfig.id, split));
    expect(left).toMatchObject([{ createdBy: owner.session.user.pk }]);
    expect(await db.select().from(splitConfig).where(eq(splitConfig.id, unused))).toEqual([]);
    const members = await db.select().from(projectMember).where(eq(projectMember.projectId, project));
    expect(members.map(({ accountId }) => accountId)).not.toContain(editor.session.user.pk);
    expect((await owner.call("GET", `/parameter_tuning_job/${job}/`)).status).toBe(200);
  });
});

describe("an account's sessions", () => {
  const agent = (name: string) => ({ "user-agent": name, "content-type": "application/json" });

  it("are listed with their device, and end one by one or all others at once", async () => {
    const api = testApi();
    const person = await join(api);
    const logIn = async (device: string) => {
      const body = JSON.stringify({ username: person.username, password: person.password });
      const answer = await api.fetch("/api/v1/auth/login/", { method: "POST", body, headers: agent(device) });
      return ((await answer.json()) as { access: string }).access;
    };
    api.advance(1_000);
    const phone = await logIn("a phone");
    api.advance(1_000);
    await logIn("x".repeat(1_000));
    const list = async () =>
      (await readAs(openSessionList, await person.call("GET", "/auth/sessions/"))).sessions;
    const sessions = await list();
    expect(sessions.map(({ device, is_current }) => [device, is_current])).toEqual([
      ["x".repeat(256), false],
      ["a phone", false],
      ["", true],
    ]);
    const onPhone = () => api.fetch("/api/v1/auth/user/", { headers: { authorization: `Bearer ${phone}` } });
    expect((await onPhone()).status).toBe(200);
    expect((await person.call("DELETE", `/auth/sessions/${sessions[1]?.id}/`)).status).toBe(204);
    expect((await onPhone()).status).toBe(401);
    expect((await list()).map(({ device }) => device)).toEqual(["x".repeat(256), ""]);
    const kept = await readAs(openSessionList, await person.call("POST", "/auth/sessions/end_others/"));
    expect(kept.sessions).toMatchObject([{ is_current: true }]);
  });

  it("of another account are not found", async () => {
    const api = testApi();
    const [ann, bob] = [await join(api), await join(api)];
    const { sessions } = await readAs(openSessionList, await ann.call("GET", "/auth/sessions/"));
    expect((await bob.call("DELETE", `/auth/sessions/${sessions[0]?.id}/`)).status).toBe(404);
    expect((await ann.call("GET", "/auth/user/")).status).toBe(200);
  });
});
