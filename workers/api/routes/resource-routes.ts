/**
 * The routes that every listed resource has. A resource describes its parts; lists, details and changes are answered only here.
 */
import type { z } from "zod";
import type { Database } from "#db/database.ts";
import { getRow, listRows, type Resource, type ResourceTable } from "#services/resources/listing.ts";
import type { Viewer } from "#services/viewer.ts";
import { noteSubject } from "../middleware/audit.ts";
import type { Access } from "../middleware/authenticate.ts";
import { parseBody, parseChanges } from "../middleware/body.ts";
import type { ApiContext } from "../middleware/context.ts";
import {
  type Endpoint,
  type EndpointOptions,
  type Handler,
  type Handlers,
  idParam,
} from "../middleware/endpoint.ts";
import { parsePage, toPage } from "../middleware/pagination.ts";

export interface ResourceRoutes<T extends ResourceTable, S extends z.ZodObject> {
  readonly resource: Resource<T>;
  readonly toResponse: (row: T["$inferSelect"]) => unknown;
  /** Adds values from outside the database to rows before they are shown. */
  readonly complete?: (rows: readonly T["$inferSelect"][]) => Promise<readonly T["$inferSelect"][]>;
  readonly pageSizeIsFixed?: boolean;
  /** Who may use the routes, by default every caller with the scope that a method needs. */
  readonly access?: Access;
  /** The least role in the project, by method; see `EndpointOptions`. */
  readonly role?: EndpointOptions["role"];
  /** Checks bodies; required if rows can be made or changed. */
  readonly schema?: S;
  /** Fields of answers that nobody sets; a strict schema lets bodies send them back. */
  readonly readOnly?: readonly string[];
  readonly create?: (viewer: Viewer, body: z.output<S>) => Promise<T["$inferSelect"]>;
  readonly update?: (
    viewer: Viewer,
    row: T["$inferSelect"],
    changes: Partial<z.output<S>>,
  ) => Promise<T["$inferSelect"]>;
  /** Its result is the answer; 204 if it returns nothing. */
  readonly remove?: (viewer: Viewer, row: T["$inferSelect"], c: ApiContext) => Promise<unknown>;
  /** Replaces a handler of the list's path or of the detail's. */
  readonly override?: { readonly list?: Handlers; readonly detail?: Handlers };
}

export function resourceRoutes<T extends ResourceTable, S extends z.ZodObject>(
  endpoint: Endpoint,
  db: Database,
  routes: ResourceRoutes<T, S>,
): void {
  const { override, access, role } = routes;
  const options = { ...(access !== undefined && { access }), ...(role !== undefined && { role }) };
  const { path } = routes.resource;
  endpoint(
    `/${path}`,
    { GET: listHandler(db, routes), ...createHandler(routes), ...override?.list },
    options,
  );
  endpoint(
    `/${path}/:id`,
    {
      GET: rowHandler(db, routes.resource, async (c, row) => {
        const [shown = row] = (await routes.complete?.([row])) ?? [row];
        return c.json(routes.toResponse(shown));
      }),
      ...updateHandlers(db, routes),
      ...removeHandler(db, routes),
      ...override?.detail,
    },
    options,
  );
}

/** A handler of one row of a resource, found by the id in the path among the rows that the caller may see. */
export function rowHandler<T extends ResourceTable>(
  db: Database,
  resource: Resource<T>,
  handle: (c: ApiContext, row: T["$inferSelect"], viewer: Viewer) => Response | Promise<Response>,
): Handler {
  return async (c) => {
    const { viewer } = c.var.caller;
    const row = await getRow(db, resource, viewer, idParam(c));
    noteSubject(c, row);
    return handle(c, row, viewer);
  };
}

/** A row with invalid values shows this itself, and the rest of the list is shown. */
function shownBy<T extends ResourceTable>(toResponse: (row: T["$inferSelect"]) => unknown) {
  return (row: T["$inferSelect"]): unknown => {
    try {
      return toResponse(row);
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      return { id: (row as { id?: unknown }).id, error: "This row is damaged and cannot be shown." };
    }
  };
}

function listHandler<T extends ResourceTable, S extends z.ZodObject>(
  db: Database,
  { resource, toResponse, complete, pageSizeIsFixed = false }: ResourceRoutes<T, S>,
): Handler {
  return async (c) => {
    const query = c.req.query();
    const page = parsePage(query, pageSizeIsFixed);
    const { rows, count } = await listRows(db, resource, c.var.caller.viewer, query, page);
    const shown = (await complete?.(rows)) ?? rows;
    return c.json(toPage(c.req.url, page, count, shown.map(shownBy(toResponse))));
  };
}

function createHandler<T extends ResourceTable, S extends z.ZodObject>(
  routes: ResourceRoutes<T, S>,
): Handlers {
  const { schema, create, toResponse, readOnly } = routes;
  if (!schema || !create) return {};
  return {
    POST: async (c) => {
      const body = await parseBody(c, schema, readOnly);
      const row = await create(c.var.caller.viewer, body);
      noteSubject(c, row);
      return c.json(toResponse(row), 201);
    },
  };
}

function updateHandlers<T extends ResourceTable, S extends z.ZodObject>(
  db: Database,
  routes: ResourceRoutes<T, S>,
): Handlers {
  const { schema, update, toResponse, resource, readOnly } = routes;
  if (!schema || !update) return {};
  const handler = (mode: "replace" | "patch") =>
    rowHandler(db, resource, async (c, row, viewer) => {
      const changes = await parseChanges(c, schema, mode, readOnly);
      return c.json(toResponse(await update(viewer, row, changes)));
    });
  return { PUT: handler("replace"), PATCH: handler("patch") };
}

function removeHandler<T extends ResourceTable, S extends z.ZodObject>(
  db: Database,
  { resource, remove }: ResourceRoutes<T, S>,
): Handlers {
  if (!remove) return {};
  return {
    DELETE: rowHandler(db, resource, async (c, row, viewer) => {
      const answer = await remove(viewer, row, c);
      return answer ? c.json(answer as object) : c.body(null, 204);
    }),
  };
}
