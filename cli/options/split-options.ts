import { COLD_RATIO, COLD_SCHEMES } from "#engine/split/cold-split.ts";
import {
  isCold,
  isNextItem,
  NEXT_ITEM_SCHEMES,
  SPLIT_SCHEMES,
  type SplitConfig,
} from "#engine/split/split-config.ts";
import { decimal, oneOf, type Values, wholeNumber } from "./command-line.ts";
import type { ReadSettings } from "./data-options.ts";
import { UsageError } from "./usage-error.ts";

const SCHEMES = [...SPLIT_SCHEMES, ...COLD_SCHEMES, ...NEXT_ITEM_SCHEMES] as const;
const SEEN = ["keep", "leave-out"] as const;

export const SPLIT_OPTIONS = {
  split: {
    type: "string",
    value: SCHEMES.join("|"),
    help: "hold out random interactions (RG), all from one moment on (TG), or each user's latest (TU); or all of a fifth of the items or users; or what comes next: each user's last item (next-item), every step of the newest sessions (sessions), or each user's first items from one moment on (time)",
  },
  "heldout-ratio": { type: "string", value: "0.1", help: "share of interactions to hold out" },
  "n-heldout": {
    type: "string",
    value: "N",
    help: "interactions to hold out of each user, instead of a share; of what comes next, how many items count as found (1)",
  },
  "test-user-ratio": { type: "string", value: "1", help: "share of users to hold out from" },
  seen: {
    type: "string",
    value: SEEN.join("|"),
    help: "of what comes next: whether lists have known items, too; by default in sessions alone",
  },
  "n-test-users": { type: "string", value: "N", help: "how many users to hold out from, instead of a share" },
} as const;

export type SplitValues = Values<typeof SPLIT_OPTIONS>;

/** The requested split; missing options have Recotem's defaults. Null without any split option. */
export function splitConfigOf(values: SplitValues, settings: ReadSettings): SplitConfig | null {
  const given = Object.keys(SPLIT_OPTIONS).filter((name) => values[name as keyof SplitValues] !== undefined);
  if (given.length === 0) return null;
  if (values.split === undefined) throw new UsageError(`--${given[0]} needs --split.`);
  const scheme = oneOf("split", values.split, SCHEMES);
  const hasTimes = settings.columns.time != null;
  if (scheme !== "RG" && !isCold(scheme) && !hasTimes && !settings.isOrdered) {
    throw new UsageError(`--split ${scheme} splits by time: give --time-column, or --ordered.`);
  }
  if ((scheme === "TG" || isNextItem(scheme)) && settings.isAdjacency) {
    throw new UsageError(
      `--split ${scheme} needs times that are comparable between users, which lists do not have.`,
    );
  }
  if (values.seen !== undefined && !isNextItem(scheme)) {
    throw new UsageError(`--seen is for --split ${NEXT_ITEM_SCHEMES.join(", ")}.`);
  }
  const seen = values.seen === undefined ? null : oneOf("seen", values.seen, SEEN);
  const { "heldout-ratio": ratio, "test-user-ratio": userRatio } = values;
  return {
    scheme,
    heldout_ratio: ratio === undefined ? usualRatio(scheme) : decimal("heldout-ratio", ratio, 0, 1),
    n_heldout: countOf("n-heldout", values["n-heldout"]),
    test_user_ratio: userRatio === undefined ? 1 : decimal("test-user-ratio", userRatio, 0, 1),
    n_test_users: countOf("n-test-users", values["n-test-users"]),
    ...(seen !== null && { keeps_seen: seen === "keep" }),
  };
}

const usualRatio = (scheme: SplitConfig["scheme"]) => (isCold(scheme) ? COLD_RATIO : 0.1);

function countOf(name: string, text: string | undefined): number | null {
  return text === undefined ? null : wholeNumber(name, text, 1);
}
