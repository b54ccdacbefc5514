import { describe, expect, it } from "vitest";
import type { ApiDeps } from "#api/composition/deps.ts";
import type { ApiSettings } from "#api/env/env.ts";
import { recotemDialect } from "#api/recotem/recotem-dialect.ts";
import { socketTicketResponse } from "#contract/auth.ts";
import { caller, createProject, join, type Person, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

/** The query of a socket for clients without a cookie. */
async function ticketOf(person: Person): Promise<string> {
  const { ticket } = await readAs(
    socketTicketResponse,
    await person.call("POST", "/auth/socket_ticket/"),
    201,
  );
  return `?ticket=${ticket}`;
}

async function setUp(settings: Partial<ApiSettings> = {}, overrides: Partial<ApiDeps> = {}) {
  const api = testApi(overrides);
  Object.assign(api.deps.settings, settings);
  const staff = await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  const data = await readyData(project.id);
  const split = await post(ann, "/split_config/", {});
  const evaluation = await post(ann, "/evaluation_config/", {});
  const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
  return { api, staff, ann, bob: await join(api), job };
}

type Api = Awaited<ReturnType<typeof setUp>>["api"];

function open(api: Api, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return api.fetch(path, { headers: { upgrade: "websocket", ...headers } });
}

/** The close code of a socket that is refused after the handshake. */
async function closeCode(response: Response): Promise<number> {
  expect(response.status).toBe(101);
  const socket = response.webSocket;
  if (!socket) throw new Error("no socket");
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", (event) => resolve(event.code)),
  );
  socket.accept();
  return closed;
}

describe("/ws/job/{id}", () => {
  it("hands an authenticated owner over, by cookie or by ticket", async () => {
    const { api, ann, job } = await setUp();
    const { access } = ann.session;
    const byCookie = await open(api, `/ws/job/${job}/status/`, { cookie: `jwt-access=${access}` });
    expect(await byCookie.text()).toBe(`socket ${job} status`);
    const byTicket = await open(api, `/ws/job/${job}/logs/${await ticketOf(ann)}`);
    expect(await byTicket.text()).toBe(`socket ${job} logs`);
  });

  it("closes with 4401 for a caller who is not logged in, also where a bad cookie hides a good token or another site asks", async () => {
    const { api, ann, job } = await setUp();
    const { access } = ann.session;
    const path = `/ws/job/${job}/status/`;
    expect(await closeCode(await open(api, path))).toBe(4401);
    expect(await closeCode(await open(api, `${path}?token=garbage`))).toBe(4401);
    expect(
      await closeCode(await open(api, `${path}?token=${access}`, { cookie: "jwt-access=garbage" })),
    ).toBe(4401);
    const elsewhere = { cookie: `jwt-access=${access}`, origin: "https://evil.test" };
    expect(await closeCode(await open(api, path, elsewhere))).toBe(4401);
  });

  it("opens once for a ticket, for a short time, and only while its session lasts", async () => {
    const { api, ann, job } = await setUp();
    const path = `/ws/job/${job}/status/`;
    const [spent, late, loggedOut] = [await ticketOf(ann), await ticketOf(ann), await ticketOf(ann)];
    expect((await open(api, path + spent)).status).toBe(200);
    expect(await closeCode(await open(api, path + spent))).toBe(4401);
    api.advance(31_000);
    expect(await closeCode(await open(api, path + late))).toBe(4401);
    api.advance(-31_000);
    await ann.call("POST", "/auth/logout/");
    expect(await closeCode(await open(api, path + loggedOut))).toBe(4401);
  });

  it("takes a token in the address only where answers are exactly Recotem's", async () => {
    const usual = await setUp();
    const token = `?token=${usual.ann.session.access}`;
    expect(await closeCode(await open(usual.api, `/ws/job/${usual.job}/status/${token}`))).toBe(4401);
    const exact = await setUp({}, { dialect: recotemDialect });
    const path = `/ws/job/${exact.job}/status/?token=${exact.ann.session.access}`;
    expect((await open(exact.api, path)).status).toBe(200);
  });

  it.each([
    ["behind a proxy that rewrites the port", "https://edgewise.test:8443"],
    ["behind a proxy of another name that the settings allow", "https://shop.example"],
  ])("lets a page in %s", async (_, origin) => {
    const { api, ann, job } = await setUp({ allowedOrigins: ["https://shop.example"] });
    const headers = { cookie: `jwt-access=${ann.session.access}`, origin };
    expect((await open(api, `/ws/job/${job}/status/`, headers)).status).toBe(200);
  });

  it.each(["null", "nonsense", "http://edgewise.test", "https://edgewise.test.evil.test", "file://"])(
    "ignores a cookie from a page at %s",
    async (origin) => {
      const { api, ann, job } = await setUp();
      const headers = { cookie: `jwt-access=${ann.session.access}`, origin };
      expect(await closeCode(await open(api, `/ws/job/${job}/status/`, headers))).toBe(4401);
    },
  );

  it("refuses before the handshake where answers are exactly Recotem's", async () => {
    const { api, ann, bob, job } = await setUp({}, { dialect: recotemDialect });
    const path = `/ws/job/${job}/status/`;
    const cookie = `jwt-access=${ann.session.access}`;
    const refused = [
      await open(api, path),
      await open(api, `${path}?token=garbage`),
      await open(api, `${path}?token=${bob.session.access}`),
      await open(api, `/ws/job/999999/logs/?token=${ann.session.access}`),
      await open(api, path, { cookie, origin: "null" }),
      await open(api, path, { cookie, origin: "https://evil.test" }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 403));
    expect((await open(api, path, { cookie })).status).toBe(200);
  });

  it("closes with 4403 for a foreign job and for none, staff included", async () => {
    const { api, staff, ann, bob, job } = await setUp();
    expect(await closeCode(await open(api, `/ws/job/${job}/status/${await ticketOf(bob)}`))).toBe(4403);
    expect(await closeCode(await open(api, `/ws/job/${job}/logs/${await ticketOf(staff)}`))).toBe(4403);
    expect(await closeCode(await open(api, `/ws/job/999999/status/${await ticketOf(ann)}`))).toBe(4403);
  });

  it("refuses plain requests and other channels", async () => {
    const { api, job } = await setUp();
    expect((await api.fetch(`/ws/job/${job}/status/`)).status).toBe(400);
    expect((await open(api, `/ws/job/${job}/other/`)).status).toBe(404);
    expect((await caller(api, {})("GET", "/ws/job/1/status/")).status).toBe(404);
  });
});
