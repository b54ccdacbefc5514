import type { JSX } from "solid-js";
import type { ExperimentStatus } from "#contract/experiment.ts";
import { Badge } from "../../components/badge.tsx";
import { t } from "../../words/words.ts";

const TONES = { DRAFT: "neutral", RUNNING: "accent", COMPLETED: "good" } as const;

export function ExperimentBadge(props: { status: ExperimentStatus }): JSX.Element {
  return <Badge tone={TONES[props.status]}>{t(`experiments.statuses.${props.status}`)}</Badge>;
}
