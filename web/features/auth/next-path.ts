/** Where to go after signing in: a path of this page, never another origin ("//host", "/\host"). */
export function safeNextPath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}
