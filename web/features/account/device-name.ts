/** Browsers by the word of their user agent, the more special first: Edge and Opera name Chrome, and Chrome names Safari. */
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Macintosh", "macOS"],
  ["Linux", "Linux"],
] as const;

/**
 * A user agent as people name a device: browser and system where both are known, else its first word (`curl/8.5.0`). Blank for
 * blank. The system is null where the agent names none.
 */
export function deviceName(agent: string): { readonly program: string; readonly system: string | null } {
  const named = (list: readonly (readonly [string, string])[]) =>
    list.find(([word]) => agent.includes(word))?.[1] ?? null;
  return { program: named(BROWSERS) ?? agent.split(" ")[0] ?? "", system: named(SYSTEMS) };
}
