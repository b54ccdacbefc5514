import { type JSX, Show } from "solid-js";
import { Badge } from "../../components/badge.tsx";
import { LinkButton } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import type { ProjectStep, StepName, StepState } from "./project-steps.ts";

interface StepText {
  readonly title: string;
  readonly purpose: string;
  /** The page of the step, and the page of its results. */
  readonly start: { readonly path: string; readonly label: string };
  readonly view: { readonly path: string; readonly label: string };
}

const TEXTS: Readonly<Record<StepName, StepText>> = {
  data: {
    title: "Upload interactions",
    purpose: "A file with a row for each time a person did something with an item.",
    start: { path: "/data", label: "Upload a file" },
    view: { path: "/data", label: "View data" },
  },
  tuning: {
    title: "Tune",
    purpose: "Tries algorithms and settings, and tests each on interactions that were set aside.",
    start: { path: "/tuning/new", label: "Start tuning" },
    view: { path: "/tuning", label: "View jobs" },
  },
  model: {
    title: "Train and try",
    purpose: "We train a model with the best settings automatically. Preview its recommendations.",
    start: { path: "/models", label: "View models" },
    view: { path: "/models", label: "Try it" },
  },
  key: {
    title: "Go live",
    purpose: "An API key lets your application ask for recommendations.",
    start: { path: "/keys", label: "Create an API key" },
    view: { path: "/keys", label: "View keys" },
  },
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
  const text = () => TEXTS[props.step.name];
  const link = () => (props.step.state === "next" ? text().start : text().view);
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
          {text().title}
          <Show when={props.step.state === "done"}>
            <span class="sr-only">(done)</span>
          </Show>
          <Show when={props.step.state === "running"}>
            <Badge tone="accent">In progress</Badge>
          </Show>
          <Show when={props.step.failed}>
            <Badge tone="bad">Failed last time</Badge>
          </Show>
        </p>
        <p class="num text-sm break-words text-muted">{props.detail ?? text().purpose}</p>
      </div>
      <Show when={props.step.state !== "later"}>
        <LinkButton
          href={props.href(link().path)}
          look={props.step.state === "next" ? "primary" : "secondary"}
          class="max-sm:ml-10"
        >
          {link().label}
        </LinkButton>
      </Show>
    </li>
  );
}
