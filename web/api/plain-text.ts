/**
 * The API keeps Recotem's sentences, which were written for programs. The dashboard shows its own instead, in the language of the
 * page. A sentence without an entry is shown unchanged.
 */
import { t } from "../words/words.ts";

type Say = (...parts: string[]) => string;

const PLAIN_TEXTS: readonly (readonly [RegExp, Say])[] = [
  [/^No \w+ matches the given query\.$/, () => t("errors.notFound")],
  [/^Invalid pk ".*" - object does not exist\.$/, () => t("errors.notFound")],
  [/^Unable to log in with provided credentials\.$/, () => t("errors.wrongLogin")],
  [
    /^(?:Authentication credentials were not provided\.|Given token not valid|Token is )/,
    () => t("errors.unauthorized"),
  ],
  [/^You do not have permission to perform this action\.$/, () => t("errors.forbidden")],
  [
    /^Request was throttled\. Expected available in (\d+) seconds?\.$/,
    (seconds = "") => t("errors.throttled", Number(seconds)),
  ],
  [/^Select a valid choice\..*$/, () => t("errors.choice")],
  [/^This field (?:is required|may not be (?:blank|null))\.$/, () => t("errors.required")],
  [/^A valid integer is required\.$/, () => t("errors.whole")],
  [/^A valid number is required\.$/, () => t("errors.number")],
  [/^Ensure this value is less than or equal to (.+)\.$/, (most = "") => t("errors.atMost", most)],
  [/^Ensure this value is greater than or equal to (.+)\.$/, (least = "") => t("errors.atLeast", least)],
  [/^Ensure this field has no more than (\d+) characters\.$/, (most = "") => t("errors.characters", most)],
  [/^Ensure this field has no more than (\d+) elements\.$/, (most = "") => t("errors.elements", most)],
  [/^Ensure this field has at least (\d+) characters\.$/, (least = "") => t("errors.leastCharacters", least)],
  [/^The fields project, name must make a unique set\.$/, () => t("errors.nameTaken")],
  [/^The two password fields didn’t match\.$/, () => t("errors.passwordsDiffer")],
  [/^The submitted data was not a file\..*$/, () => t("errors.noFile")],
  [/^Invalid page\.$/, () => t("errors.noPage")],
];

/** A sentence of the server in plain words. */
export function plainText(text: string): string {
  for (const [known, say] of PLAIN_TEXTS) {
    const match = known.exec(text);
    if (match) return say(...match.slice(1));
  }
  return text;
}
