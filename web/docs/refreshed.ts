/** Renews the session's access token, which lives for minutes; the reference page may stay open for hours. Its code is loaded when needed. */
export async function refreshed(): Promise<boolean> {
  const { refreshSession } = await import("../api/client.ts");
  return refreshSession();
}
