import { For, type JSX, Show } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Icon } from "../../components/icon.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { t } from "../../words/words.ts";
import { itemFacts } from "../models/item-titles.ts";
import { useProject } from "../shell/use-project.ts";
import { CodeTabs } from "./code-tabs.tsx";
import { createStart, type Start } from "./create-start.ts";
import { doneSteps, failedStep, nextStep, START_STEPS, type StartStep } from "./start-steps.ts";

/** The pages where somebody does a step by hand. */
const PAGES: Partial<Record<StartStep, string>> = {
  upload: "/data",
  read: "/data",
  tune: "/tuning/new",
  train: "/models",
};

/** From data to the first live request and the first event; with the sample's data it goes on alone. */
export function StartPage(): JSX.Element {
  const start = createStart();
  return (
    <>
      <PageHeader
        title={t("onboarding.title")}
        description={start.isSample() ? t("onboarding.aboutSample") : t("onboarding.about")}
      />
      <Show when={!start.isPending()} fallback={<Skeleton lines={8} />}>
        <div class="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
          <Steps start={start} />
          <div class="min-w-0 space-y-4">
            <Show when={start.error()}>
              {(error) => <ErrorNotice title={t("onboarding.stopped")} error={error()} />}
            </Show>
            <Show when={start.answer()}>
              <FirstList start={start} />
            </Show>
            <Card title={t("onboarding.code")} subtitle={t("onboarding.codeAbout")}>
              <Show when={start.secret()}>
                <div class="mb-3">
                  <Notice tone="warn" title={t("onboarding.keyOnce")} />
                </div>
              </Show>
              <CodeTabs
                facts={{
                  origin: location.origin,
                  key: start.secret() ?? t("onboarding.yourKey"),
                  userId: start.userId(),
                  itemId: start.itemId(),
                }}
              />
            </Card>
          </div>
        </div>
      </Show>
    </>
  );
}

function Steps(props: { start: Start }): JSX.Element {
  const { href } = useProject();
  const done = () => doneSteps(props.start.progress());
  const next = () => nextStep(props.start.progress());
  const isAlone = (step: StartStep) => props.start.isSample() && step !== "event";
  const isMoving = (step: StartStep) =>
    next() === step && failedStep(props.start.progress()) === null && (isAlone(step) || props.start.isBusy());
  return (
    <Card title={t("onboarding.steps")} flush>
      <ol class="divide-y divide-line border-t border-line" aria-live="polite">
        <For each={START_STEPS}>
          {(step, at) => (
            <li class="flex items-start gap-3 px-4 py-3">
              <span
                class={`num grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold ${markOf(done()[step], next() === step)} ${isMoving(step) ? "motion-safe:animate-pulse" : ""}`}
                aria-hidden="true"
              >
                <Show when={done()[step]} fallback={at() + 1}>
                  <Icon name="check" class="size-3.5!" />
                </Show>
              </span>
              <div class="min-w-0 flex-1">
                <p class={`text-sm font-medium ${done()[step] || next() === step ? "" : "text-muted"}`}>
                  {t(`onboarding.step.${step}`)}
                  <Show when={done()[step]}>
                    <span class="sr-only"> ({t("onboarding.done")})</span>
                  </Show>
                </p>
                <Show when={next() === step}>
                  <p class="text-xs text-muted text-pretty">{t(`onboarding.now.${step}`)}</p>
                  <Show when={failedStep(props.start.progress()) === step}>
                    <p class="text-xs text-bad">{t("onboarding.failed")}</p>
                  </Show>
                  <Act start={props.start} step={step} href={href} isAlone={isAlone(step)} />
                </Show>
              </div>
            </li>
          )}
        </For>
      </ol>
      <Show when={next() === null}>
        <div class="border-t border-line px-4 py-3">
          <LinkButton look="primary" href={href("/inspect")}>
            {t("onboarding.inspect")}
          </LinkButton>
        </div>
      </Show>
    </Card>
  );
}

function markOf(isDone: boolean, isNext: boolean): string {
  if (isDone) return "bg-good-soft text-good";
  return isNext ? "bg-accent text-on-accent" : "bg-hover text-muted";
}

/** What one does by hand at a step; nothing where the sample's run does it. */
function Act(props: {
  start: Start;
  step: StartStep;
  href: (path: string) => string;
  isAlone: boolean;
}): JSX.Element {
  const needsKey = () => props.start.secret() === null;
  const action = () => {
    if (props.step === "key") return "key" as const;
    if (props.step === "request") return needsKey() ? ("key" as const) : ("request" as const);
    if (props.step !== "event") return null;
    if (needsKey()) return "key" as const;
    return props.start.answer() ? ("event" as const) : ("request" as const);
  };
  const isHandled = () => props.isAlone && !(props.step === "request" && needsKey());
  return (
    <Show when={!isHandled()}>
      <div class="mt-2">
        <Show
          when={action()}
          fallback={
            <LinkButton needs="editor" look="primary" href={props.href(PAGES[props.step] ?? "")}>
              {t(`onboarding.go.${props.step}`)}
            </LinkButton>
          }
        >
          {(name) => (
            <Button
              needs="editor"
              look="primary"
              busy={props.start.isBusy()}
              onClick={() => props.start.act(name())}
            >
              {t(`onboarding.do.${name()}`)}
            </Button>
          )}
        </Show>
      </div>
    </Show>
  );
}

/** The first answer of the serving API. */
function FirstList(props: { start: Start }): JSX.Element {
  const items = () => props.start.answer()?.items ?? [];
  return (
    <Card
      title={t("onboarding.firstList", props.start.userId())}
      subtitle={t("onboarding.answered", Math.round(props.start.milliseconds() ?? 0))}
    >
      <Show when={props.start.sentItem()}>
        <p class="mb-2 text-sm text-muted">{t("onboarding.followed")}</p>
      </Show>
      <ol class="divide-y divide-line text-sm" aria-label={t("onboarding.firstList", props.start.userId())}>
        <For each={items()}>
          {({ item_id, metadata }, at) => (
            <li class="flex gap-3 py-1.5">
              <span class="num w-5 text-right text-faint">{at() + 1}</span>
              <span class="min-w-0 truncate">{itemFacts({ item_id, ...metadata }).title ?? item_id}</span>
            </li>
          )}
        </For>
      </ol>
    </Card>
  );
}
