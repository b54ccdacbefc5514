import { type JSX, Show } from "solid-js";
import { describeError } from "../api/api-error.ts";
import { languageOf } from "../words/text-language.ts";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

type Tone = "info" | "good" | "warn" | "bad";

const TONES: Readonly<Record<Tone, { box: string; icon: IconName; tint: string }>> = {
  info: { box: "bg-accent-soft", icon: "alert", tint: "text-accent-text" },
  good: { box: "bg-good-soft", icon: "check", tint: "text-good" },
  warn: { box: "bg-warn-soft", icon: "alert", tint: "text-warn" },
  bad: { box: "bg-bad-soft", icon: "alert", tint: "text-bad" },
};

export function Notice(props: {
  tone: Tone;
  title: string;
  children?: JSX.Element;
  action?: JSX.Element;
  /** Announced at once, for events after the page was read. */
  live?: boolean;
}): JSX.Element {
  const tone = () => TONES[props.tone];
  return (
    <div
      role={props.live ? (props.tone === "bad" ? "alert" : "status") : undefined}
      class={`flex flex-wrap items-start gap-2.5 rounded-md px-3 py-2.5 text-sm ${tone().box}`}
    >
      <Icon name={tone().icon} class={`mt-0.5 ${tone().tint}`} />
      <div class="min-w-0 shrink grow basis-48">
        <p class="font-medium break-words" lang={languageOf(props.title)}>
          {props.title}
        </p>
        <Show when={props.children}>
          <div class="mt-0.5 break-words text-muted">{props.children}</div>
        </Show>
      </div>
      <Show when={props.action}>
        <div class="ml-auto shrink-0">{props.action}</div>
      </Show>
    </div>
  );
}

/** A failed request: what happened, what to do, and a button to try again. */
export function ErrorNotice(props: { title: string; error: unknown; onRetry?: () => void }): JSX.Element {
  return (
    <Notice
      tone="bad"
      live
      title={props.title}
      action={
        <Show when={props.onRetry}>
          {(retry) => (
            <Button icon="refresh" onClick={() => retry()()}>
              {t("common.tryAgain")}
            </Button>
          )}
        </Show>
      }
    >
      <span lang={languageOf(describeError(props.error))}>{describeError(props.error)}</span>
    </Notice>
  );
}
