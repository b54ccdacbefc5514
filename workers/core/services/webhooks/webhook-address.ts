/**
 * Which addresses webhooks may go to. Pure. Names are checked by their form here, and by what they lead to at the time of a call
 * (`call-address.ts`).
 */

export interface AddressRules {
  /** For a developer's machine: plain http and private addresses are allowed. */
  readonly allowsPrivate: boolean;
}

/** The problem with an address; null when there is none. */
export function webhookProblem(text: string, { allowsPrivate }: AddressRules): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return "Enter a valid URL.";
  if (url.username !== "" || url.password !== "") return "The URL must not contain a name or a password.";
  if (allowsPrivate) return null;
  if (url.protocol !== "https:") return "The URL must begin with https://.";
  return isPrivateHost(url.hostname) ? "This address is not on the public internet." : null;
}

/** The host of an address if it is a name; null for numbers. */
export function namedHost(url: string): string | null {
  const host = URL.parse(url)?.hostname ?? "";
  return host === "" || host.startsWith("[") || v4Of(host) !== null ? null : host;
}

/** Whether an IPv4 or IPv6 address, as resolvers write it, is outside of the public internet. True for any other text. */
export function isPrivateAddress(address: string): boolean {
  const host = URL.parse(`http://${address.includes(":") ? `[${address}]` : address}/`)?.hostname;
  if (host === undefined || namedHost(`http://${host}/`) !== null) return true;
  return isPrivateHost(host);
}

const PRIVATE_SUFFIXES = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp"];

function isPrivateHost(hostname: string): boolean {
  // The parser has converted every form of an IPv4 address (0x7f.1, 2130706433, …) to the plain one.
  const host = hostname.replace(/\.$/, "").toLowerCase();
  if (host.startsWith("[")) return isPrivateV6(host.slice(1, -1));
  const v4 = v4Of(host);
  if (v4 !== null) return isPrivateV4(v4);
  return !host.includes(".") || PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix));
}

function v4Of(host: string): number | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  return match ? match.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0) : null;
}

/** IANA's special-purpose IPv4 registry: nothing in it is a server of the public internet. */
const PRIVATE_V4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
].map((range) => {
  const [address = "", bits = ""] = range.split("/");
  const size = 2 ** (32 - Number(bits));
  return { from: v4Of(address) ?? 0, size };
});

function isPrivateV4(address: number): boolean {
  return PRIVATE_V4.some(({ from, size }) => address >= from && address < from + size);
}

/** Only 2000::/3 is routed; in it, addresses for tunnels to IPv4 or for documentation are not servers either. */
function isPrivateV6(address: string): boolean {
  const words = v6Words(address);
  const [first = 0, second = 0] = words;
  if (first < 0x2000 || first > 0x3fff) return true;
  const isTunnel = first === 0x2002 || (first === 0x2001 && second < 0x0200);
  const isDocumentation = (first === 0x2001 && second === 0x0db8) || first === 0x3fff;
  return isTunnel || isDocumentation;
}

/** The eight words of an address in the parser's form. */
function v6Words(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(head), words(tail ?? "")];
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...new Array<number>(gap).fill(0), ...after];
}
