/** All days from one to another, both included, such as `2026-11-28`. */
export function daysBetween(from: string, to: string): string[] {
  const DAY_MS = 86_400_000;
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, day) =>
    new Date(Date.parse(from) + day * DAY_MS).toISOString().slice(0, 10),
  );
}
