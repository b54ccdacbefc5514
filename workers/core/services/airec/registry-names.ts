/** Names and versions of models in AiREC's registry. */

/** Versions count from 1; a project of items alone has no other. */
export const FIRST_VERSION = 1;

export function registryName(projectId: number): string {
  return `project-${projectId}-recommender`;
}

/** Null for a name of another form. */
export function projectIdOf(name: string): number | null {
  const [, id] = /^project-([1-9]\d{0,14})-recommender$/.exec(name) ?? [];
  return id === undefined ? null : Number(id);
}
