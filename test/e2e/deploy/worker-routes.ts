/** Workers: uploads and their versions, deployments, secrets, crons, addresses. */
import type { Account, Script, Version } from "./account.ts";
import { ApiError, json, type Request, type Routes } from "./protocol.ts";
import { addVersion } from "./upload-checks.ts";

function scriptOf({ scripts }: Account, name: string | undefined): Script {
  const script = scripts.get(name ?? "");
  if (!script) throw new ApiError(404, 10007, "This Worker does not exist on your account.");
  return script;
}

function serviceOf(account: Account, { names: [name = ""] }: Request) {
  const script = account.scripts.get(name);
  if (!script) throw new ApiError(404, 10090, "This service does not exist on your account.");
  const { migrationTag } = script;
  const told = {
    tag: name,
    tags: [],
    last_deployed_from: "wrangler",
    ...(migrationTag && { migration_tag: migrationTag }),
  };
  return { id: name, default_environment: { environment: "production", script: told } };
}

function uploaded({ id }: Version) {
  return {
    id,
    deployment_id: id.replaceAll("-", ""),
    startup_time_ms: 1,
    etag: id,
    resources: { script: { etag: id } },
  };
}

/** Uploads a version that takes all requests at once. */
async function put(account: Account, request: Request) {
  const [name = ""] = request.names;
  const version = await addVersion(account, name, request);
  scriptOf(account, name).deployed = version.id;
  return uploaded(version);
}

function remove(account: Account, { names: [name = ""], query }: Request): void {
  scriptOf(account, name);
  for (const [queue, { consumers }] of account.queues) {
    if (!consumers.some(({ script }) => script === name)) continue;
    throw new ApiError(400, 10064, `script still in use as a consumer for a queue ${queue}`);
  }
  const isBound = [...account.scripts].some(
    ([other, { versions }]) =>
      other !== name &&
      versions
        .at(-1)
        ?.bindings.some(({ service, script_name: script }) => service === name || script === name),
  );
  if (isBound && query.get("force") !== "true")
    throw new ApiError(400, 10068, "The Worker is in use by others.");
  account.scripts.delete(name);
}

export const workerRoutes: Routes = [
  ["GET", /^\/workers\/scripts$/, ({ scripts }) => [...scripts.keys()].map((id) => ({ id }))],
  ["GET", /^\/workers\/services\/([^/]+)$/, serviceOf],
  [
    "GET",
    /^\/workers\/subdomain$/,
    ({ subdomain }) => {
      if (subdomain === null) throw new ApiError(404, 10007, "This account has no workers.dev subdomain.");
      return { subdomain };
    },
  ],
  [
    "GET",
    /^\/workers\/workers\/([^/]+)$/,
    (account, { names: [name] }) => {
      const { subdomain } = scriptOf(account, name);
      return { name, subdomain: { enabled: subdomain, previews_enabled: subdomain } };
    },
  ],
  ["PUT", /^\/workers\/scripts\/([^/]+)$/, put],
  ["DELETE", /^\/workers\/scripts\/([^/]+)$/, remove],
  [
    "POST",
    /^\/workers\/scripts\/([^/]+)\/versions$/,
    async (account, request) => {
      scriptOf(account, request.names[0]);
      return uploaded(await addVersion(account, request.names[0] ?? "", request));
    },
  ],
  [
    "GET",
    /^\/workers\/scripts\/([^/]+)\/versions\/([^/]+)$/,
    (account, { names: [name, id] }) => {
      const version = scriptOf(account, name).versions.find((one) => one.id === id);
      if (!version) throw new ApiError(404, 10421, "There is no such version.");
      return { id, annotations: version.tag ? { "workers/tag": version.tag } : {} };
    },
  ],
  [
    "GET",
    /^\/workers\/scripts\/([^/]+)\/deployments$/,
    (account, { names: [name] }) => {
      const { deployed } = scriptOf(account, name);
      return { deployments: [{ id: deployed, versions: [{ version_id: deployed, percentage: 100 }] }] };
    },
  ],
  [
    "POST",
    /^\/workers\/scripts\/([^/]+)\/deployments$/,
    (account, request) => {
      const script = scriptOf(account, request.names[0]);
      const [only] = json<{ versions: { version_id: string; percentage: number }[] }>(request).versions;
      if (only?.percentage !== 100 || !script.versions.some(({ id }) => id === only.version_id)) {
        throw new ApiError(400, 10422, "There is no such version.");
      }
      script.deployed = only.version_id;
      return { id: only.version_id };
    },
  ],
  [
    "GET",
    /^\/workers\/scripts\/([^/]+)\/secrets$/,
    (account, { names: [name] }) =>
      [...scriptOf(account, name).secrets.keys()].map((secret) => ({ name: secret, type: "secret_text" })),
  ],
  [
    "DELETE",
    /^\/workers\/scripts\/([^/]+)\/secrets\/([^/]+)$/,
    (account, { names: [name, secret = ""] }) => {
      const script = scriptOf(account, name);
      if (!script.secrets.delete(secret)) throw new ApiError(404, 10056, "Secret not found");
      // A change of a secret is a version of its own, without the tag of the one before.
      const before = script.versions.find(({ id }) => id === script.deployed);
      if (!before) return;
      const id = `${before.id}-without-${secret}`;
      script.versions.push({ ...before, id, tag: null });
      script.deployed = id;
    },
  ],
  [
    "GET",
    /^\/workers\/scripts\/([^/]+)\/schedules$/,
    (account, { names: [name] }) => ({
      schedules: scriptOf(account, name).schedules.map((cron) => ({ cron })),
    }),
  ],
  [
    "PUT",
    /^\/workers\/scripts\/([^/]+)\/schedules$/,
    (account, request) => {
      scriptOf(account, request.names[0]).schedules = json<{ cron: string }[]>(request).map(
        ({ cron }) => cron,
      );
    },
  ],
  [
    "POST",
    /^\/workers\/scripts\/([^/]+)\/subdomain$/,
    (account, request) => {
      const { enabled } = json<{ enabled: boolean }>(request);
      scriptOf(account, request.names[0]).subdomain = enabled;
      return { enabled, previews_enabled: enabled };
    },
  ],
  [
    "GET",
    /^\/workers\/scripts\/([^/]+)\/settings$/,
    (account, { names: [name] }) => {
      const { versions, deployed, secrets } = scriptOf(account, name);
      const { bindings = [] } = versions.find(({ id }) => id === deployed) ?? {};
      const hidden = [...secrets.keys()].map((secret) => ({ type: "secret_text", name: secret }));
      return { bindings: [...bindings, ...hidden] };
    },
  ],
  ["PATCH", /^\/workers\/scripts\/([^/]+)\/script-settings$/, (_account, request) => json(request)],
];
