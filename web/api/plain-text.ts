/**
 * The API keeps Recotem's sentences, which were written for programs. The dashboard shows these instead. A sentence
 * without an entry is shown unchanged.
 */

const SESSION_TEXT = "The session has ended. Sign in again.";
const GONE_TEXT = "Not found. It was deleted, or it belongs to another account.";

const PLAIN_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^No \w+ matches the given query\.$/, GONE_TEXT],
  [/^Invalid pk ".*" - object does not exist\.$/, GONE_TEXT],
  [/^Unable to log in with provided credentials\.$/, "The username or the password is wrong."],
  [/^(Authentication credentials were not provided\.|Given token not valid|Token is )/, SESSION_TEXT],
  [/^You do not have permission to perform this action\.$/, "This account is not allowed to do that."],
  [/^Request was throttled\. Expected available in (\d+ seconds?)\.$/, "Too many requests. Try again in $1."],
  [/^Select a valid choice\..*$/, "Choose one of the offered values."],
  [/^This field (is required|may not be (blank|null))\.$/, "Enter a value."],
  [/^A valid integer is required\.$/, "Enter a whole number."],
  [/^A valid number is required\.$/, "Enter a number."],
  [/^Ensure this value is less than or equal to (.+)\.$/, "Enter a value of at most $1."],
  [/^Ensure this value is greater than or equal to (.+)\.$/, "Enter a value of at least $1."],
  [/^Ensure this field has no more than (\d+) (characters|elements)\.$/, "Use at most $1 $2."],
  [/^Ensure this field has at least (\d+) characters\.$/, "Use at least $1 characters."],
  [/^The fields project, name must make a unique set\.$/, "Another one in this project has this name."],
  [/^The two password fields didn’t match\.$/, "The two passwords are different."],
  [/^The submitted data was not a file\..*$/, "Choose a file."],
  [/^Invalid page\.$/, "This page does not exist."],
];

/** A sentence of the server in plain words. */
export function plainText(text: string): string {
  const [pattern, plain] = PLAIN_TEXTS.find(([known]) => known.test(text)) ?? [];
  if (pattern === undefined || plain === undefined) return text;
  return plain.includes("$") ? text.replace(pattern, plain) : plain;
}
