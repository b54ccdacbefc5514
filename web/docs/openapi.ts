/** The API's own description (OpenAPI 3.1) for the reference page: operations in groups, references unresolved. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** By the last part of a reference. */
export type Schemas = Readonly<Record<string, Schema>>;

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

export interface Content {
  readonly type: string;
  readonly schema: Schema;
}

export interface Operation {
  /** `project_list`: also the fragment of its address. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string | null;
  readonly parameters: readonly Parameter[];
  readonly body: Content | null;
  readonly responses: readonly {
    readonly status: string;
    readonly description: string;
    readonly content: Content | null;
  }[];
}

export interface Group {
  readonly name: string;
  readonly title: string;
  readonly operations: readonly Operation[];
}

export interface Reference {
  readonly groups: readonly Group[];
  readonly schemas: Schemas;
}

interface MediaTypes {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: MediaTypes;
  readonly responses: Readonly<Record<string, MediaTypes & { readonly description: string }>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Schemas };
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** What applications call on each page view, apart from the management API. */
function isServing({ operations: [first] }: Group): boolean {
  return first !== undefined && !first.path.startsWith("/api/");
}

/** Groups of the serving API come first. Otherwise groups, and operations in them, keep the order of the document. */
export function readReference(document: OpenApiDocument): Reference {
  const groups = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const found = item[method];
      if (!found) continue;
      const name = found.tags?.[0] ?? "other";
      const operations = groups.get(name) ?? [];
      groups.set(name, operations);
      operations.push(operationOf(method, path, found));
    }
  }
  const named = [...groups].map(([name, operations]) => ({ name, title: titleOf(name), operations }));
  return {
    groups: named.toSorted((one, other) => Number(isServing(other)) - Number(isServing(one))),
    schemas: document.components.schemas,
  };
}

/** Groups with the operations that have all words of a search in their method, path, summary or id. */
export function searchGroups(groups: readonly Group[], search: string): readonly Group[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ method, path, summary, id }: Operation) => {
    const text = `${method} ${path} ${summary} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return groups
    .map((group) => ({ ...group, operations: group.operations.filter(fits) }))
    .filter(({ operations }) => operations.length > 0);
}

function operationOf(method: string, path: string, found: OperationObject): Operation {
  return {
    id: found.operationId,
    method: method.toUpperCase(),
    path,
    summary: found.summary ?? "",
    description: found.description ?? null,
    parameters: found.parameters ?? [],
    body: contentOf(found.requestBody),
    responses: Object.entries(found.responses).map(([status, response]) => ({
      status,
      description: response.description,
      content: contentOf(response),
    })),
  };
}

function contentOf(media: MediaTypes | undefined): Content | null {
  const [type, found] = Object.entries(media?.content ?? {})[0] ?? [];
  return type === undefined ? null : { type, schema: found?.schema ?? {} };
}

/** `training_data` → `Training data`. */
function titleOf(name: string): string {
  const words = name.replaceAll("_", " ").replace(/\bapi\b/, "API");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
