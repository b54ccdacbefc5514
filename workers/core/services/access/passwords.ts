/** Passwords: how they are stored and which are allowed. */
import { scrypt, timingSafeEqual } from "node:crypto";
import { MIN_PASSWORD_LENGTH } from "#contract/password-length.ts";
import type { RandomBytes } from "#platform/random.ts";

/** 32 MiB (128 · N · r bytes) and about 80 ms: what an isolate of 128 MB can afford while it serves other requests. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
/** A stored hash may need at most this. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Uint8Array, cost: Cost): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const options = { ...cost, maxmem: MAX_MEMORY_BYTES };
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(new Uint8Array(key)),
    );
  });
}

const encode = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const decode = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** A hash with its parameters, `scrypt$N$r$p$salt$hash`, so that the cost can rise without a migration. */
export async function hashPassword(password: string, randomBytes: RandomBytes): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, encode(salt), encode(key)].join("$");
}

/** False for an invalid hash, too. Takes the same time for any wrong password. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = stored.split("$");
  if (scheme !== "scrypt" || salt === undefined || hash === undefined) return false;
  const key = await derive(password, decode(salt), { N: Number(N), r: Number(r), p: Number(p) });
  const expected = decode(hash);
  return key.length === expected.length && timingSafeEqual(key, expected);
}

/** Takes as long as a verification, so that an unknown name is answered no faster than a wrong password. */
export async function spendVerification(password: string): Promise<void> {
  await derive(password, new Uint8Array(SALT_BYTES), COST);
}

/** The passwords that guessers try first. */
const COMMON_PASSWORDS = new Set(
  `123 1234 12345 123456 1234567 12345678 123456789 1234567890 111111 000000 121212 123123 654321 666666 696969 888888 112233
  987654321 11111111 00000000 88888888 12341234 87654321 123123123 147258369 abc abc123 abcd1234 a1b2c3d4 aa123456 admin admin123
  administrator root toor test test1234 testtest guest user default changeme letmein welcome welcome1 login master secret
  password password1 password12 password123 passw0rd p@ssw0rd p@ssword pass pass1234 qwerty qwerty1 qwerty123 qwertyui qwertyuiop
  1q2w3e4r 1qaz2wsx 1q2w3e4r5t zaq12wsx qazwsx qazwsxedc asdfghjk asdfghjkl asdf1234 zxcvbnm zxcvbnm1 iloveyou iloveyou1 sunshine
  princess football football1 baseball baseball1 basketball superman batman dragon monkey shadow michael jennifer jordan23 liverpool
  chelsea arsenal computer internet samsung google whatever trustno1 starwars pokemon killer hello123 charlie donald freedom
  mustang access michelle`.split(/\s+/),
);

/** Texts that a password must not resemble: its owner's names and addresses, by the word that the refusal uses. */
export type PasswordContext = Readonly<Record<string, string>>;

/** Why a password is not allowed, in Django's words; empty when it is. */
export function passwordProblems(password: string, context: PasswordContext): string[] {
  const problems: string[] = [];
  const similar = Object.entries(context).find(([, value]) => resembles(password, value));
  if (similar) problems.push(`The password is too similar to the ${similar[0]}.`);
  if (password.length < MIN_PASSWORD_LENGTH) {
    problems.push(`This password is too short. It must contain at least ${MIN_PASSWORD_LENGTH} characters.`);
  }
  if (isCommon(password)) problems.push("This password is too common.");
  if (/^\d+$/.test(password)) problems.push("This password is entirely numeric.");
  return problems.length > 0 ? problems : patternProblems(password, context);
}

/** Fewer different characters than this are too easy to guess. */
const MIN_DIFFERENT = 4;
/** Neighbours on a keyboard or in the alphabet. */
const RUNS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "azertyuiop",
];

/** Passwords that are long enough and on no list, and still among a guesser's first. */
function patternProblems(password: string, context: PasswordContext): string[] {
  const text = password.normalize("NFKC").toLowerCase();
  const solid = text.replace(/\s+/g, "");
  if ([...solid].length < MIN_DIFFERENT) return ["This password is almost only blanks."];
  if (new Set(solid).size < MIN_DIFFERENT) return ["This password has too few different characters."];
  const unit = repeatedUnit(solid);
  if (unit.length < solid.length && unit.length < MIN_PASSWORD_LENGTH) {
    return ["This password repeats a short text."];
  }
  if (
    RUNS.some((run) => run.repeat(2).includes(solid) || [...run.repeat(2)].reverse().join("").includes(solid))
  ) {
    return ["This password is a run of neighbouring characters."];
  }
  const bare = withoutTrimmings(solid);
  const [name] =
    Object.entries(context).find(([, value]) => value !== "" && bare === value.toLowerCase()) ?? [];
  return name === undefined ? [] : [`The password is too similar to the ${name}.`];
}

/** The shortest text that, repeated, gives this one. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    const unit = text.slice(0, length);
    if (text.length % length === 0 && unit.repeat(text.length / length) === text) return unit;
  }
  return text;
}

const LOOKS_LIKE: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/** A word without digits and signs around it. */
function withoutTrimmings(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
}

/** On the list directly, without digits and signs around it, or with letters for similar signs. */
function isCommon(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase().trim();
  const bare = withoutTrimmings(text);
  const spelled = [text, bare].map((form) =>
    form.replace(/[01345 7@$!]/g, (sign) => LOOKS_LIKE[sign] ?? sign),
  );
  return [text, bare, repeatedUnit(text), ...spelled].some((form) => COMMON_PASSWORDS.has(form));
}

/** Whether one contains the other, apart from case; names under four letters are too common in words to count. */
function resembles(password: string, value: string): boolean {
  const [a, b] = [password.toLowerCase(), value.toLowerCase()];
  if (b.length < 4) return false;
  return (a.includes(b) && b.length >= a.length * 0.6) || (b.includes(a) && a.length >= 4);
}
