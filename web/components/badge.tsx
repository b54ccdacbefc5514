import type { JSX } from "solid-js";

type Tone = "neutral" | "accent" | "good" | "warn" | "bad";

const TONES: Readonly<Record<Tone, string>> = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent-text",
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};

interface Look {
  readonly text: string;
  readonly tone: Tone;
  readonly moving?: boolean;
}

/** The label of every status of data, jobs, trials and models. */
const LOOKS: Readonly<Record<string, Look>> = {
  PENDING: { text: "Waiting", tone: "neutral", moving: true },
  WAITING: { text: "Waiting", tone: "neutral" },
  INGESTING: { text: "Reading", tone: "accent", moving: true },
  RUNNING: { text: "Running", tone: "accent", moving: true },
  PAUSED: { text: "Paused", tone: "neutral" },
  TRAINING: { text: "Training", tone: "accent", moving: true },
  READY: { text: "Ready", tone: "good" },
  COMPLETED: { text: "Completed", tone: "good" },
  COMPLETE: { text: "Complete", tone: "good" },
  PRUNED: { text: "Stopped early", tone: "warn" },
  SKIPPED: { text: "Skipped", tone: "neutral" },
  CANCELLED: { text: "Cancelled", tone: "warn" },
  FAILED: { text: "Failed", tone: "bad" },
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
  const look = (): Look => LOOKS[props.status] ?? { text: props.status, tone: "neutral" };
  return (
    <Badge tone={look().tone}>
      <span
        class={`size-1.5 rounded-full bg-current ${look().moving ? "animate-pulse" : ""}`}
        aria-hidden="true"
      />
      {look().text}
    </Badge>
  );
}
