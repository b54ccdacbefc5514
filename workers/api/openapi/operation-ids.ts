import type { Method, Operation } from "../middleware/endpoint.ts";

const ACTIONS: Readonly<Record<Method, string>> = {
  GET: "retrieve",
  POST: "create",
  PUT: "update",
  PATCH: "partial_update",
  DELETE: "destroy",
};

/** Recotem's id of the operation, or an id by Recotem's rule: `/project/:id` by GET is `project_retrieve`. */
export function operationId({ path, method }: Pick<Operation, "path" | "method">, isList: boolean): string {
  const words = path.split("/").filter((word) => word !== "" && !word.startsWith(":"));
  const name = words.length > 0 ? words.join("_").replaceAll("-", "_") : "root";
  return `${name}_${isList && method === "GET" ? "list" : ACTIONS[method]}`;
}

/** `project_retrieve` as the name of a type: `ProjectRetrieve`. */
export function typeName(id: string): string {
  return id.replace(/(?:^|_+)(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll("_", "");
}
