import type { JSX } from "solid-js";
import type { Catalogue } from "../words/en/catalogue.ts";
import { t } from "../words/words.ts";

type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

const TONES: Readonly<Record<Tone, string>> = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent-text",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

interface Look {
  readonly tone: Tone;
  readonly moving?: boolean;
}

type Status = keyof Catalogue["components"]["states"];

/** The look of every status of data, jobs, trials and models. */
const LOOKS: Readonly<Record<Status, Look>> = {
  PENDING: { tone: "neutral", moving: true },
  WAITING: { tone: "neutral" },
  INGESTING: { tone: "accent", moving: true },
  RUNNING: { tone: "accent", moving: true },
  PAUSED: { tone: "neutral" },
  TRAINING: { tone: "accent", moving: true },
  READY: { tone: "good" },
  COMPLETED: { tone: "good" },
  COMPLETE: { tone: "good" },
  PRUNED: { tone: "warn" },
  SKIPPED: { tone: "neutral" },
  CANCELLED: { tone: "warn" },
  FAILED: { tone: "bad" },
};

export function Badge(props: { tone: Tone; children: JSX.Element }): JSX.Element {
  return (
    <span
      class={`inline-flex h-5 items-center gap-1.5 rounded-full px-2 text-xs font-medium whitespace-nowrap ${TONES[props.tone]}`}
    >
      {props.children}
    </span>
  );
}

export function StatusBadge(props: { status: string }): JSX.Element {
  const known = (): Status | null => (props.status in LOOKS ? (props.status as Status) : null);
  const look = (): Look => LOOKS[known() ?? "WAITING"];
  const text = (): string => {
    const status = known();
    return status === null ? props.status : t(`components.states.${status}`);
  };
  return (
    <Badge tone={look().tone}>
      <span
        class={`size-1.5 rounded-full bg-current ${look().moving ? "animate-pulse" : ""}`}
        aria-hidden="true"
      />
      {text()}
    </Badge>
  );
}
