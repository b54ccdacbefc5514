import { COLD_RATIO, COLD_SCHEMES } from "#engine/split/cold-split.ts";
import { isCold, SPLIT_SCHEMES, type SplitConfig } from "#engine/split/split-config.ts";
import { SEQUENCE_SCHEMES } from "#engine/split/split-sequences.ts";
import { decimal, oneOf, type Values, wholeNumber } from "./command-line.ts";
import type { ReadSettings } from "./data-options.ts";
import { SEQUENCE_FORMATS } from "./sequence-options.ts";
import { UsageError } from "./usage-error.ts";

const SCHEMES = [...SPLIT_SCHEMES, ...COLD_SCHEMES] as const;
const SHOWN = [...SCHEMES, ...SEQUENCE_SCHEMES];

export const SPLIT_OPTIONS = {
  split: {
    type: "string",
    value: SHOWN.join("|"),
    help: "hold out random interactions (RG), all from one moment on (TG), or each user's latest (TU); or all of a fifth of the items or users; of sequences, the last item (next-item) or every step of whole sessions (sessions)",
  },
  "heldout-ratio": { type: "string", value: "0.1", help: "share of interactions to hold out" },
  "n-heldout": {
    type: "string",
    value: "N",
    help: "interactions to hold out of each user, instead of a share",
  },
  "test-user-ratio": { type: "string", value: "1", help: "share of users to hold out from" },
  "n-test-users": { type: "string", value: "N", help: "how many users to hold out from, instead of a share" },
} as const;

export type SplitValues = Values<typeof SPLIT_OPTIONS>;

/** The requested split; missing options have Recotem's defaults. Null without any split option. */
export function splitConfigOf(values: SplitValues, settings: ReadSettings): SplitConfig | null {
  const given = Object.keys(SPLIT_OPTIONS).filter((name) => values[name as keyof SplitValues] !== undefined);
  if (given.length === 0) return null;
  if (values.split === undefined) throw new UsageError(`--${given[0]} needs --split.`);
  if (SEQUENCE_SCHEMES.some((name) => name === values.split)) {
    throw new UsageError(`--split ${values.split} needs --format ${SEQUENCE_FORMATS.join(" or ")}.`);
  }
  const scheme = oneOf("split", values.split, SCHEMES);
  const hasTimes = settings.columns.time != null;
  if (scheme !== "RG" && !isCold(scheme) && !hasTimes && !settings.isOrdered) {
    throw new UsageError(`--split ${scheme} splits by time: give --time-column, or --ordered.`);
  }
  if (scheme === "TG" && settings.isAdjacency) {
    throw new UsageError(
      "--split TG needs times that are comparable between users, which lists do not have.",
    );
  }
  const { "heldout-ratio": ratio, "test-user-ratio": userRatio } = values;
  return {
    scheme,
    heldout_ratio: ratio === undefined ? usualRatio(scheme) : decimal("heldout-ratio", ratio, 0, 1),
    n_heldout: countOf("n-heldout", values["n-heldout"]),
    test_user_ratio: userRatio === undefined ? 1 : decimal("test-user-ratio", userRatio, 0, 1),
    n_test_users: countOf("n-test-users", values["n-test-users"]),
  };
}

const usualRatio = (scheme: SplitConfig["scheme"]) => (isCold(scheme) ? COLD_RATIO : 0.1);

function countOf(name: string, text: string | undefined): number | null {
  return text === undefined ? null : wholeNumber(name, text, 1);
}
