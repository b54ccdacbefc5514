/** Static files: a manifest is told first, the files that are missing follow in buckets, and a token at the end goes into the upload. */
import type { Account } from "./account.ts";
import { ApiError, json, type Request, type Routes } from "./protocol.ts";

type Manifest = Readonly<Record<string, { readonly hash: string; readonly size: number }>>;

interface Session {
  readonly script: string;
  readonly manifest: Manifest;
  readonly complete: boolean;
}

const BUCKET_FILES = 20;
const A_DAY_S = 86_400;

/** Wrangler reads the time of its end from it, as from any such token. */
function tokenOf(session: Session): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64");
  const exp = Math.floor(Date.now() / 1000) + A_DAY_S;
  return `${part({ alg: "none" })}.${part({ exp, session })}.stand-in`;
}

function sessionOf(token: string): Session {
  const [, payload = ""] = token.split(".");
  return (JSON.parse(Buffer.from(payload, "base64").toString()) as { session: Session }).session;
}

/** The paths of the files that a finished token stands for. Throws when files are missing, or they were sent for another Worker. */
export function assetsOf(account: Account, token: string, script: string): string[] {
  const session = sessionOf(token);
  if (session.script !== script)
    throw new ApiError(400, 10304, "The assets were uploaded for another Worker.");
  const missing = Object.values(session.manifest).find(({ hash }) => !account.assetHashes.has(hash));
  if (!session.complete || missing) throw new ApiError(400, 10305, "Not all assets have been uploaded.");
  return Object.keys(session.manifest);
}

function missingBuckets(account: Account, manifest: Manifest): string[][] {
  const hashes = [...new Set(Object.values(manifest).map(({ hash }) => hash))];
  const missing = hashes.filter((hash) => !account.assetHashes.has(hash));
  const count = Math.ceil(missing.length / BUCKET_FILES);
  return Array.from({ length: count }, (_, at) => missing.slice(at * BUCKET_FILES, (at + 1) * BUCKET_FILES));
}

async function receive(account: Account, { headers, body, query }: Request) {
  if (query.get("base64") !== "true") throw new ApiError(400, 10300, "Assets are sent in base64.");
  const session = sessionOf((headers.authorization ?? "").replace("Bearer ", ""));
  const contentType = headers["content-type"] ?? "";
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": contentType },
  }).formData();
  for (const [hash, file] of form) {
    const entry = Object.values(session.manifest).find((one) => one.hash === hash);
    const bytes = Buffer.from(await (file as unknown as Blob).text(), "base64").length;
    if (entry?.size !== bytes)
      throw new ApiError(400, 10301, `The asset ${hash} is not that of the manifest.`);
    account.assetHashes.add(hash);
  }
  const rest = missingBuckets(account, session.manifest);
  return rest.length === 0 ? { jwt: tokenOf({ ...session, complete: true }) } : {};
}

export const assetRoutes: Routes = [
  [
    "POST",
    /^\/workers\/scripts\/([^/]+)\/assets-upload-session$/,
    (account, request) => {
      const { manifest } = json<{ manifest: Manifest }>(request);
      const buckets = missingBuckets(account, manifest);
      const complete = buckets.length === 0;
      return { jwt: tokenOf({ script: request.names[0] ?? "", manifest, complete }), buckets };
    },
  ],
  ["POST", /^\/workers\/assets\/upload$/, receive],
];
