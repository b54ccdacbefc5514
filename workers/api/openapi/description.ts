import type { z } from "zod";
import { pageOf } from "#contract/primitives.ts";
import { type ListedResource, listParameters, type QueryParameters } from "./query-parameters.ts";

/** The description of one operation. `body` and `answer` are the contract's schemas, which routes check and tests parse, too. */
export interface Description {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** The fields of a form that ends with a file, `file`. */
  readonly form?: z.ZodObject;
  /** The body is bytes. */
  readonly isBytes?: boolean;
  readonly query?: QueryParameters;
  readonly answer?: z.ZodType;
  /** The answer is many rows. */
  readonly isList?: boolean;
  /** Status of a successful answer; 200 by default. */
  readonly status?: number;
  /** A second successful answer, with 200. */
  readonly otherwise?: { readonly when: string; readonly answer: z.ZodType };
  /** The answer is a file. */
  readonly isFile?: boolean;
}

/** By method and path as they are registered, e.g. `GET /project/:id`. */
export type Descriptions = Readonly<Record<string, Description>>;

interface ResourceDescription extends ListedResource {
  readonly answer: z.ZodType;
  readonly body?: z.ZodObject;
  readonly created?: z.ZodType;
  readonly methods: readonly ("create" | "update" | "delete")[];
}

/** The operations that every listed resource has. */
export function describeResource(resource: ResourceDescription): Descriptions {
  const { answer, body, created, methods } = resource;
  const { path, one, many } = resource.resource;
  const query = listParameters(resource);
  const checked = body ? { body } : {};
  const all: Record<string, Description> = {
    [`GET /${path}`]: { summary: `List ${many}`, query, answer: pageOf(answer), isList: true },
    [`GET /${path}/:id`]: { summary: `Show ${one}`, answer },
  };
  if (methods.includes("create")) {
    all[`POST /${path}`] = { summary: `Make ${one}`, ...checked, answer: created ?? answer, status: 201 };
  }
  if (methods.includes("update")) {
    all[`PUT /${path}/:id`] = { summary: `Change ${one}, with all required fields`, ...checked, answer };
    const partial = body ? { body: body.partial() } : {};
    all[`PATCH /${path}/:id`] = { summary: `Change some fields of ${one}`, ...partial, answer };
  }
  if (methods.includes("delete")) all[`DELETE /${path}/:id`] = { summary: `Delete ${one}`, status: 204 };
  return all;
}
