/** The request that an application makes, as a command to paste. Pure. */

export interface ServingRequest {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const LIST_LENGTH = 10;

export function predictRequestOf(
  origin: string,
  projectId: number,
  who: { readonly userId: string } | { readonly itemIds: readonly string[] },
): ServingRequest {
  const asked = "userId" in who ? { user_id: who.userId } : { item_ids: who.itemIds };
  return {
    url: `${origin}/inference/predict/project/${projectId}`,
    body: { ...asked, cutoff: LIST_LENGTH, include_metadata: true },
  };
}

/** For POSIX shells, one option a line. */
export function curlCommand(request: ServingRequest, key: string): string {
  return [
    `curl -X POST ${shellQuoted(request.url)}`,
    `-H ${shellQuoted(`X-API-Key: ${key}`)}`,
    `-H ${shellQuoted("Content-Type: application/json")}`,
    `-d ${shellQuoted(JSON.stringify(request.body))}`,
  ].join(" \\\n  ");
}

/** Single quotes protect everything except themselves: `'` becomes `'\''`. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
