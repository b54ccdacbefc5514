/** KV namespaces, R2 buckets with their objects, and D1 databases, which are real SQLite. */
import { type Account, newDatabase, newId } from "./account.ts";
import { ApiError, json, paged, Raw, type Request, type Routes } from "./protocol.ts";

function requireR2({ enabled }: Account): void {
  if (!enabled.r2) throw new ApiError(403, 10042, "Please enable R2 through the Cloudflare Dashboard.");
}

function bucketOf(account: Account, name: string | undefined): Map<string, string> {
  requireR2(account);
  const bucket = account.buckets.get(name ?? "");
  if (!bucket) throw new ApiError(404, 10006, "The specified bucket does not exist.");
  return bucket;
}

function runSql({ databases }: Account, { names, body }: Request) {
  const database = databases.get(names[0] ?? "");
  if (!database) throw new ApiError(404, 7404, "The database could not be found");
  const { sql } = JSON.parse(body.toString("utf8")) as { sql: string };
  const { sqlite } = database;
  if (/^\s*SELECT/i.test(sql)) return [{ success: true, results: sqlite.prepare(sql).all(), meta: {} }];
  // Statements of one request are one transaction.
  sqlite.exec("BEGIN");
  try {
    sqlite.exec(sql);
    sqlite.exec("COMMIT");
  } catch (error) {
    sqlite.exec("ROLLBACK");
    throw new ApiError(400, 7500, `${(error as Error).message}: SQLITE_ERROR`);
  }
  return [{ success: true, results: [], meta: {} }];
}

export const storageRoutes: Routes = [
  [
    "GET",
    /^\/storage\/kv\/namespaces$/,
    ({ namespaces }, { query }) =>
      paged(
        [...namespaces].map(([id, title]) => ({ id, title })),
        query,
        1000,
      ),
  ],
  [
    "POST",
    /^\/storage\/kv\/namespaces$/,
    (account, request) => {
      const { title } = json<{ title: string }>(request);
      if ([...account.namespaces.values()].includes(title)) {
        throw new ApiError(
          400,
          10014,
          "create namespace: 'a namespace with this account ID and title already exists'",
        );
      }
      const id = newId(account);
      account.namespaces.set(id, title);
      return { id, title };
    },
  ],
  [
    "DELETE",
    /^\/storage\/kv\/namespaces\/([^/]+)$/,
    ({ namespaces }, { names: [id = ""] }) => {
      if (!namespaces.delete(id)) throw new ApiError(404, 10013, "namespace not found");
    },
  ],
  [
    "POST",
    /^\/r2\/buckets$/,
    (account, request) => {
      requireR2(account);
      const { name } = json<{ name: string }>(request);
      if (account.buckets.has(name)) {
        throw new ApiError(409, 10004, "The bucket you tried to create already exists, and you own it.");
      }
      account.buckets.set(name, new Map());
      return { name };
    },
  ],
  [
    "GET",
    /^\/r2\/buckets\/([^/]+)$/,
    (account, { names: [name] }) => {
      bucketOf(account, name);
      return { name };
    },
  ],
  [
    "DELETE",
    /^\/r2\/buckets\/([^/]+)$/,
    (account, { names: [name = ""] }) => {
      if (bucketOf(account, name).size > 0) {
        throw new ApiError(409, 10008, "The bucket you tried to delete is not empty.");
      }
      account.buckets.delete(name);
    },
  ],
  [
    "GET",
    /^\/r2\/buckets\/([^/]+)\/objects$/,
    (account, { names: [name], query }) => {
      const keys = [...bucketOf(account, name).keys()].sort();
      return keys.slice(0, Number(query.get("per_page") ?? 20)).map((key) => ({ key }));
    },
  ],
  [
    "DELETE",
    /^\/r2\/buckets\/([^/]+)\/objects$/,
    (account, request) => {
      const bucket = bucketOf(account, request.names[0]);
      const keys = json<string[]>(request);
      for (const key of keys) bucket.delete(key);
      return keys.map((key) => ({ key }));
    },
  ],
  [
    "GET",
    /^\/r2\/buckets\/([^/]+)\/objects\/(.+)$/,
    (account, { names: [name, key = ""] }) => {
      const text = bucketOf(account, name).get(key);
      if (text === undefined) throw new ApiError(404, 10007, "The specified key does not exist.");
      return new Raw(text);
    },
  ],
  [
    "PUT",
    /^\/r2\/buckets\/([^/]+)\/objects\/(.+)$/,
    (account, { names: [name, key = ""], body }) => {
      bucketOf(account, name).set(key, body.toString("utf8"));
      return { key };
    },
  ],
  [
    "DELETE",
    /^\/r2\/buckets\/([^/]+)\/objects\/(.+)$/,
    (account, { names: [name, key = ""] }) => {
      bucketOf(account, name).delete(key);
      return { key };
    },
  ],
  [
    "GET",
    /^\/d1\/database$/,
    ({ databases }, { query }) => {
      const wanted = query.get("name");
      const all = [...databases].map(([uuid, { name }]) => ({ uuid, name }));
      return paged(
        all.filter(({ name }) => wanted === null || name.includes(wanted)),
        query,
      );
    },
  ],
  [
    "POST",
    /^\/d1\/database$/,
    (account, request) => {
      const { name } = json<{ name: string }>(request);
      if ([...account.databases.values()].some((database) => database.name === name)) {
        throw new ApiError(400, 7502, `A database with the name ${name} already exists`);
      }
      const uuid = newId(account);
      account.databases.set(uuid, { name, sqlite: newDatabase() });
      return { uuid, name };
    },
  ],
  [
    "DELETE",
    /^\/d1\/database\/([^/]+)$/,
    ({ databases }, { names: [id = ""] }) => {
      if (!databases.delete(id)) throw new ApiError(404, 7404, "The database could not be found");
    },
  ],
  ["POST", /^\/d1\/database\/([^/]+)\/query$/, runSql],
];
