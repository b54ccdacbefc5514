import { type JSX, Show } from "solid-js";
import { Badge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { t } from "../../words/words.ts";
import type { ProjectStep, StepName, StepState } from "./project-steps.ts";

/** The page of each step, and the page of its results. */
const PATHS: Readonly<Record<StepName, { readonly start: string; readonly view: string }>> = {
  data: { start: "/data", view: "/data" },
  tuning: { start: "/tuning/new", view: "/tuning" },
  model: { start: "/models", view: "/models" },
  key: { start: "/keys", view: "/keys" },
};

const MARKS: Readonly<Record<StepState, string>> = {
  done: "bg-good-soft text-good",
  running: "bg-accent-soft text-accent-text",
  next: "bg-accent text-on-accent",
  later: "bg-hover text-muted",
};

export function StepRow(props: {
  step: ProjectStep;
  number: number;
  detail: string | null;
  href: (path: string) => string;
}): JSX.Element {
  const deed = () => (props.step.state === "next" ? "start" : "view");
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3.5">
      <span
        class={`num grid size-7 shrink-0 place-items-center rounded-full text-sm font-semibold ${MARKS[props.step.state]}`}
        aria-hidden="true"
      >
        <Show when={props.step.state === "done"} fallback={props.number}>
          <Icon name="check" />
        </Show>
      </span>
      <div class="min-w-48 flex-1">
        <p class="flex flex-wrap items-center gap-2 font-medium">
          {t(`projects.steps.${props.step.name}.title`)}
          <Show when={props.step.state === "done"}>
            <span class="sr-only">{t("projects.steps.done")}</span>
          </Show>
          <Show when={props.step.state === "running"}>
            <Badge tone="accent">{t("projects.steps.running")}</Badge>
          </Show>
          <Show when={props.step.failed}>
            <Badge tone="bad">{t("projects.steps.failed")}</Badge>
          </Show>
        </p>
        <p class="num text-sm break-words text-muted">
          {props.detail ?? t(`projects.steps.${props.step.name}.purpose`)}
        </p>
      </div>
      <Show when={props.step.state !== "later"}>
        <LinkButton
          needs={deed() === "start" ? "editor" : undefined}
          href={props.href(PATHS[props.step.name][deed()])}
          look={props.step.state === "next" ? "primary" : "secondary"}
          class="max-sm:ml-10"
        >
          {t(`projects.steps.${props.step.name}.${deed()}`)}
        </LinkButton>
      </Show>
    </li>
  );
}
