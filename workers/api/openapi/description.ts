import type { z } from "zod";
import { pageOf } from "#contract/primitives.ts";

/** What is said of one operation. `body` and `answer` are the contract's schemas, the same that routes check and tests parse. */
export interface Description {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Form fields beside the file of an upload. */
  readonly form?: readonly string[];
  readonly query?: readonly string[];
  readonly answer?: z.ZodType;
  /** Of a good answer; 200 unless said. */
  readonly status?: number;
  /** The answer is a file. */
  readonly isFile?: boolean;
}

/** By method and path as they are registered, e.g. `GET /project/:id`. */
export type Descriptions = Readonly<Record<string, Description>>;

interface ResourceDescription {
  readonly path: string;
  /** "a project" */
  readonly one: string;
  /** "projects" */
  readonly many: string;
  readonly filters: readonly string[];
  readonly answer: z.ZodType;
  readonly body?: z.ZodObject;
  readonly created?: z.ZodType;
  readonly methods: readonly ("create" | "update" | "delete")[];
}

/** The operations that every listed resource has. */
export function describeResource(resource: ResourceDescription): Descriptions {
  const { path, one, many, filters, answer, body, created, methods } = resource;
  const query = [...filters, "page", "page_size"];
  const checked = body ? { body } : {};
  const all: Record<string, Description> = {
    [`GET /${path}`]: { summary: `List ${many}`, query, answer: pageOf(answer) },
    [`GET /${path}/:id`]: { summary: `Show ${one}`, answer },
  };
  if (methods.includes("create")) {
    all[`POST /${path}`] = { summary: `Make ${one}`, ...checked, answer: created ?? answer, status: 201 };
  }
  if (methods.includes("update")) {
    all[`PUT /${path}/:id`] = { summary: `Change ${one}, all required fields given`, ...checked, answer };
    const partial = body ? { body: body.partial() } : {};
    all[`PATCH /${path}/:id`] = { summary: `Change some fields of ${one}`, ...partial, answer };
  }
  if (methods.includes("delete")) all[`DELETE /${path}/:id`] = { summary: `Delete ${one}`, status: 204 };
  return all;
}
