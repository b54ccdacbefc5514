/** What Cloudflare checks of an uploaded Worker before it takes it: its parts, its bindings, its Durable Objects, its plan. */
import { type Account, type Binding, newId, type Script, type Version } from "./account.ts";
import { assetsOf } from "./asset-routes.ts";
import { ApiError, type Request } from "./protocol.ts";

interface Migrations {
  readonly old_tag?: string;
  readonly new_tag: string;
  readonly steps: readonly { readonly new_sqlite_classes?: readonly string[] }[];
}

export interface Metadata extends Readonly<Record<string, unknown>> {
  readonly main_module?: string;
  readonly bindings: readonly Binding[];
  readonly migrations?: Migrations;
  readonly keep_bindings?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly limits?: { readonly cpu_ms?: number };
  readonly assets?: { readonly jwt?: string };
}

export function newScript(): Script {
  return {
    versions: [],
    deployed: "",
    secrets: new Map(),
    classes: new Set(),
    migrationTag: null,
    schedules: [],
    subdomain: false,
    assets: [],
  };
}

/** Adds a version to a Worker, or refuses it and leaves all as it was. */
export async function addVersion(account: Account, name: string, request: Request): Promise<Version> {
  const { metadata, code } = await readUpload(request);
  const script = account.scripts.get(name) ?? newScript();
  const classes = migrated(script, metadata.migrations);
  const paid = account.enabled.paid;
  if (metadata.limits?.cpu_ms && !paid) {
    throw new ApiError(400, 100328, "CPU limits are not supported for the Free plan. Switch to a paid plan.");
  }
  const secrets = new Map(metadata.keep_bindings?.includes("secret_text") ? script.secrets : []);
  const sent = metadata.bindings.map((binding) => inherited(script, binding));
  for (const binding of sent) checkBinding(account, name, { binding, classes, secrets });
  for (const { type, name: secret, text } of metadata.bindings)
    if (type === "secret_text") secrets.set(secret, String(text));
  const assets = metadata.assets?.jwt ? assetsOf(account, metadata.assets.jwt, name) : [];
  const bindings = sent.filter(({ type }) => type !== "secret_text" && type !== "inherit");
  const tag = metadata.annotations?.["workers/tag"] ?? null;
  if (tag && tag.length > 25)
    throw new ApiError(400, 10021, "The tag of a version has 25 characters at most.");
  const version = { id: versionId(account), tag, bindings, metadata, code };
  const next = { ...script, classes, assets, secrets, versions: [...script.versions, version] };
  account.scripts.set(name, { ...next, migrationTag: metadata.migrations?.new_tag ?? script.migrationTag });
  return version;
}

/** Wrangler names a binding that stays as it is by its name alone; a secret's name stays so. */
function inherited({ versions, deployed }: Script, binding: Binding): Binding {
  if (binding.type !== "inherit") return binding;
  const before = versions.find(({ id }) => id === deployed)?.bindings ?? [];
  return before.find(({ name }) => name === binding.name) ?? binding;
}

function versionId(account: Account): string {
  const digits = newId(account);
  return [8, 12, 16, 20, 32].map((end, at, ends) => digits.slice(ends[at - 1] ?? 0, end)).join("-");
}

async function readUpload({ headers, body }: Request): Promise<{ metadata: Metadata; code: string }> {
  const contentType = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": contentType },
  }).formData();
  const metadata = JSON.parse(String(form.get("metadata"))) as Metadata;
  const main = form.get(metadata.main_module ?? "");
  if (main === null || typeof main === "string")
    throw new ApiError(400, 10021, "No such module: main_module");
  const code = await main.text();
  for (const [, path = ""] of code.matchAll(/from "\.\/([^"]+\.wasm)"/g)) {
    if (form.get(path) === null && form.get(`./${path}`) === null) {
      throw new ApiError(400, 10021, `No such module "${path}"`);
    }
  }
  return { metadata, code };
}

/** The Durable Object classes after the migrations of an upload. */
function migrated(script: Script, migrations: Migrations | undefined): Set<string> {
  const classes = new Set(script.classes);
  if (!migrations) return classes;
  if ((migrations.old_tag ?? null) !== script.migrationTag) {
    const found = script.migrationTag ?? "(none)";
    throw new ApiError(412, 10079, `Migration tag precondition failed; current tag is '${found}'.`);
  }
  for (const name of migrations.steps.flatMap((step) => step.new_sqlite_classes ?? [])) {
    if (classes.has(name))
      throw new ApiError(400, 10074, `Cannot apply new-sqlite-class migration to class '${name}'.`);
    classes.add(name);
  }
  return classes;
}

interface Checked {
  readonly binding: Binding;
  /** Durable Object classes of the Worker itself. */
  readonly classes: ReadonlySet<string>;
  readonly secrets: ReadonlyMap<string, string>;
}

function checkBinding(account: Account, script: string, { binding, classes, secrets }: Checked): void {
  const told = (field: string) => String(binding[field] ?? "");
  const fits: Readonly<Record<string, () => boolean>> = {
    assets: () => true,
    plain_text: () => !secrets.has(binding.name),
    secret_text: () => told("text") !== "",
    inherit: () => secrets.has(binding.name),
    kv_namespace: () => account.namespaces.has(told("namespace_id")),
    r2_bucket: () => account.enabled.r2 && account.buckets.has(told("bucket_name")),
    d1: () => account.databases.has(told("id") || told("database_id")),
    queue: () => account.queues.has(told("queue_name")),
    service: () => account.scripts.has(told("service")),
    durable_object_namespace: () => {
      const owner = told("script_name");
      const has = owner === "" || owner === script ? classes : account.scripts.get(owner)?.classes;
      return has?.has(told("class_name")) ?? false;
    },
  };
  if (fits[binding.type]?.()) return;
  throw new ApiError(400, 10021, `binding ${binding.name} of type ${binding.type} must have a valid target`);
}
