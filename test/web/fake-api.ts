/**
 * An API in memory for looking at the dashboard without the platform: everything succeeds but what a file's name tells to fail
 * ("bad" in it: refused by ingestion). `node test/web/fake-api.ts` serves web/dist on port 8790, under the page's real policy.
 */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeItemRow, fakeJob, fakeList, fakeTrainingData, fakeTrial, NOW } from "./fake-data.ts";
import { acceptSocket, type FakeSocket } from "./fake-socket.ts";

const DIST = fileURLToPath(new URL("../../web/dist", import.meta.url));
const PART_BYTES = 8 * 1024 * 1024;
const TRIAL_EVERY_MS = 120;
const MIME: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'";

type Row = { id: number } & Record<string, unknown>;
type Answer = { status?: number; body: unknown; cookie?: string };
type Handler = (params: string[], body: Record<string, unknown>, query: URLSearchParams) => Answer;

interface Study {
  readonly trials: ReturnType<typeof fakeTrial>[];
  readonly log: { message: string; timestamp: string }[];
  readonly sockets: { readonly channel: string; readonly socket: FakeSocket }[];
}

const USER = {
  pk: 1,
  username: "mina",
  email: "",
  first_name: "",
  last_name: "",
  is_superuser: true,
  is_staff: true,
};

export function makeFakeApi(): Server {
  const tables = new Map<string, Row[]>();
  const studies = new Map<number, Study>();
  let isSignedIn = false;
  let lastId = 0;

  const table = (name: string): Row[] => {
    const found = tables.get(name) ?? [];
    tables.set(name, found);
    return found;
  };
  const insert = <T extends Record<string, unknown>>(name: string, row: T): T & Row => {
    lastId += 1;
    const full = { ...row, id: lastId };
    table(name).unshift(full);
    return full;
  };
  const found = (name: string, id: string | undefined): Answer => {
    const row = table(name).find((candidate) => candidate.id === Number(id));
    return row ? { body: row } : { status: 404, body: { detail: "Not found." } };
  };
  const page = (rows: readonly unknown[]): Answer => ({
    body: { count: rows.length, next: null, previous: null, results: rows },
  });
  const session = (): Answer => {
    isSignedIn = true;
    return { body: { access: "", refresh: "", user: USER } };
  };

  function complete(uploadId: string | undefined): Answer {
    const upload = table("uploads").find((row) => row.id === Number(uploadId)) as Record<string, unknown> &
      Row;
    const { kind, project, filename, size } = upload as unknown as Record<string, string & number>;
    const isBad = String(filename).includes("bad");
    const failure = {
      status: "FAILED",
      report: null,
      error: 'Column "user_id" not found in the upload file.',
    };
    if (kind === "training_data") {
      const row = insert(
        "training_data",
        fakeTrainingData(0, Number(project), String(filename), Number(size)),
      );
      return { status: 201, body: Object.assign(row, isBad ? failure : {}) };
    }
    return {
      status: 201,
      body: insert("item_meta_data", {
        project,
        file: String(filename),
        ins_datetime: NOW,
        basename: filename,
        filesize: size,
        valid_columns_list_json: ["title", "tags", "community"],
        status: "READY",
        error: null,
      }),
    };
  }

  function startStudy(body: Record<string, unknown>): Answer {
    const job = insert("parameter_tuning_job", fakeJob(0, body));
    const study: Study = { trials: [], log: [], sockets: [] };
    studies.set(job.id, study);
    const tell = (channel: string, frame: Record<string, unknown>) => {
      for (const open of study.sockets) if (open.channel === channel) open.socket.send(frame);
    };
    const timer = setInterval(() => {
      const trial = fakeTrial(study.trials.length);
      study.trials.push(trial);
      const line = {
        message: `Trial ${trial.number}: ${trial.algorithm} ${trial.error ?? trial.value?.toFixed(4)}`,
        timestamp: new Date().toISOString(),
      };
      study.log.push(line);
      job.best_score = Math.max(job.best_score ?? 0, trial.value ?? 0);
      tell("status", { type: "trial", trial });
      tell("logs", { type: "log", ...line });
      if (job.status !== "RUNNING") clearInterval(timer);
      else if (study.trials.length >= Number(body.n_trials)) {
        clearInterval(timer);
        finishStudy(job);
        tell("status", { type: "status_update", status: "completed", data: {} });
      }
    }, TRIAL_EVERY_MS);
    timer.unref();
    return { status: 201, body: job };
  }

  function finishStudy(job: ReturnType<typeof fakeJob>): void {
    const configuration = insert("model_configuration", {
      tuning_job: job.id,
      name: `Tuning job ${job.id}`,
      project: 1,
      recommender_class_name: "IALSRecommender",
      parameters_json: { n_components: 84, alpha0: 0.0412, reg: 0.00213, train_epochs: 16 },
      ins_datetime: NOW,
    });
    const model = insert("trained_model", {
      configuration: configuration.id,
      data_loc: 1,
      file: null,
      irspack_version: null,
      ins_datetime: new Date().toISOString(),
      basename: null,
      filesize: 1_834_211,
      status: "READY",
      version: table("trained_model").length + 1,
      progress: 1,
      error: null,
      metrics: { "ndcg@10": 0.2711 },
    });
    Object.assign(job, {
      status: "COMPLETED",
      best_config: configuration.id,
      tuned_model: model.id,
      final_metrics: { winner: { "ndcg@10": 0.2711 }, popularity: { "ndcg@10": 0.1021 } },
    });
  }

  const sample = () => ({
    user_id: "fan-281",
    user_profile: fakeList(18, 300).map((item) => item.item_id),
    recommendations: fakeList(20),
  });
  const secret = `rctm_${"K3yT0kEn".repeat(8)}`;

  const routes: readonly [string, RegExp, Handler][] = [
    [
      "GET",
      /^auth\/user\/$/,
      () => (isSignedIn ? { body: USER } : { status: 401, body: { detail: "Log in first." } }),
    ],
    ["POST", /^auth\/token\/refresh\/$/, () => ({ status: 401, body: { detail: "No refresh token." } })],
    [
      "POST",
      /^auth\/(?:signup|login)\/$/,
      (_, body) =>
        body.password === "wrong-password"
          ? { status: 400, body: { non_field_errors: ["Unable to log in with provided credentials."] } }
          : session(),
    ],
    [
      "POST",
      /^auth\/logout\/$/,
      () => {
        isSignedIn = false;
        return { body: {} };
      },
    ],
    [
      "POST",
      /^project\/$/,
      (_, body) => ({
        status: 201,
        body: insert("project", { time_column: null, ...body, owner: 1, ins_datetime: NOW, updated_at: NOW }),
      }),
    ],
    [
      "POST",
      /^uploads\/$/,
      (_, body) => ({
        status: 201,
        body: insert("uploads", { ...body, part_size: PART_BYTES, received: [] }),
      }),
    ],
    ["PUT", /^uploads\/(\d+)\/parts\/(\d+)\/$/, ([id]) => found("uploads", id)],
    ["POST", /^uploads\/(\d+)\/complete\/$/, ([id]) => complete(id)],
    ["POST", /^parameter_tuning_job\/$/, (_, body) => startStudy(body)],
    [
      "GET",
      /^parameter_tuning_job\/(\d+)\/trials\/$/,
      ([id]) => ({ body: studies.get(Number(id))?.trials ?? [] }),
    ],
    [
      "POST",
      /^parameter_tuning_job\/(\d+)\/cancel\/$/,
      ([id]) => {
        const job = table("parameter_tuning_job").find((row) => row.id === Number(id));
        return { body: Object.assign(job ?? {}, { status: "CANCELLED" }) };
      },
    ],
    [
      "GET",
      /^item_meta_data\/(\d+)\/lookup\/$/,
      (_, __, query) => {
        const ids = query.get("ids")?.split(",") ?? fakeList(6, 40).map((item) => item.item_id);
        return { body: { results: ids.map(fakeItemRow) } };
      },
    ],
    [
      "GET",
      /^trained_model\/(\d+)\/recommendation\/$/,
      (_, __, query) =>
        query.get("user_id")?.startsWith("fan")
          ? { body: fakeList(10) }
          : { status: 404, body: { detail: `User '${query.get("user_id")}' not found.` } },
    ],
    ["GET", /^trained_model\/(\d+)\/sample_recommendation_raw\/$/, () => ({ body: sample() })],
    [
      "POST",
      /^trained_model\/(\d+)\/recommend_using_profile_interaction\/$/,
      () => ({
        body: { recommendations: fakeList(10, 7) },
      }),
    ],
    [
      "POST",
      /^api_keys\/$/,
      (_, body) => {
        const rest = { key_prefix: "K3yT0kEn", is_active: true, last_used_at: null };
        const row = insert("api_keys", { expires_at: null, ...body, ins_datetime: NOW, ...rest });
        return { status: 201, body: { ...row, key: secret } };
      },
    ],
    [
      "POST",
      /^api_keys\/(\d+)\/revoke\/$/,
      ([id]) => {
        const key = table("api_keys").find((row) => row.id === Number(id));
        Object.assign(key ?? {}, { is_active: false });
        return { body: { status: "revoked" } };
      },
    ],
    [
      "POST",
      /^(split_config|evaluation_config)\/$/,
      ([name = ""], body) => ({
        status: 201,
        body: insert(name, {
          name: null,
          created_by: 1,
          n_heldout: null,
          test_user_ratio: 1,
          n_test_users: null,
          random_seed: 42,
          ...body,
          ins_datetime: NOW,
          updated_at: NOW,
        }),
      }),
    ],
    ["GET", /^([a-z_]+)\/$/, ([name = ""]) => page(table(name))],
    ["GET", /^([a-z_]+)\/(\d+)\/$/, ([name = "", id]) => found(name, id)],
    [
      "DELETE",
      /^([a-z_]+)\/(\d+)\/$/,
      ([name = "", id]) => {
        tables.set(
          name,
          table(name).filter((row) => row.id !== Number(id)),
        );
        return { status: 204, body: null };
      },
    ],
  ];

  async function answerApi(request: IncomingMessage, url: URL): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isJson = request.headers["content-type"]?.includes("json") ?? false;
    const body = isJson ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
    if (url.pathname.startsWith("/inference/")) {
      const items = fakeList(10).map((item) => ({ ...item, metadata: fakeItemRow(item.item_id) }));
      return {
        body: {
          items,
          model_id: 1,
          request_id: "r-1",
          slot_id: 1,
          slot_name: "default",
          strategy: "personal",
        },
      };
    }
    const path = url.pathname.replace(/^\/api\/v1\//, "");
    for (const [method, pattern, handler] of routes) {
      const match = method === request.method ? pattern.exec(path) : null;
      if (match) return handler(match.slice(1), body, url.searchParams);
    }
    return { status: 404, body: { detail: "Not found." } };
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    if (!/^\/(api|inference)\//.test(url.pathname)) return void serveFile(url.pathname, response);
    void answerApi(request, url).then(({ status = 200, body }) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(body === null ? "" : JSON.stringify(body));
    });
  });
  server.on("upgrade", (request, stream) => {
    const [, id, channel] = /^\/ws\/job\/(\d+)\/(status|logs)\//.exec(request.url ?? "") ?? [];
    const study = studies.get(Number(id));
    const socket = acceptSocket(request, stream);
    if (!study || !channel) return socket.close();
    if (channel === "status") for (const trial of study.trials) socket.send({ type: "trial", trial });
    else for (const line of study.log) socket.send({ type: "log", ...line, buffered: true });
    study.sockets.push({ channel, socket });
  });
  return server;
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const name = extname(path) === "" ? "/index.html" : path;
  try {
    const content = await readFile(join(DIST, name));
    response.writeHead(200, {
      "Content-Type": MIME[extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": POLICY,
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}

if (import.meta.main) makeFakeApi().listen(Number(process.argv[2] ?? 8790));
