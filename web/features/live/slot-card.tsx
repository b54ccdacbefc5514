import { A } from "@solidjs/router";
import { createSignal, type JSX, Show } from "solid-js";
import { Ago } from "../../components/ago.tsx";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatPercent } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { RollBack } from "../models/live-actions.tsx";
import { useProject } from "../shell/use-project.ts";
import type { Releases } from "./create-releases.ts";
import { ReplaceModel } from "./replace-model.tsx";
import type { SlotFacts } from "./slot-facts.ts";

const TONES = { live: "accent", shadow: "neutral", off: "neutral" } as const;

/** One slot: its model, what it gets, and the actions that change it. */
export function SlotCard(props: { facts: SlotFacts; releases: Releases }): JSX.Element {
  const [isReplacing, setReplacing] = createSignal(false);
  return (
    <section class="min-w-0 rounded-lg border border-line bg-surface p-4" aria-label={props.facts.slot.name}>
      <header class="flex flex-wrap items-center gap-2">
        <h2 class="min-w-0 text-base font-semibold break-words">{props.facts.slot.name}</h2>
        <Badge tone={TONES[props.facts.state]}>{t(`live.badge.${props.facts.state}`)}</Badge>
        <Show when={props.facts.served?.is_default}>
          <Badge tone="neutral">{t("live.badge.isDefault")}</Badge>
        </Show>
      </header>
      <Facts facts={props.facts} releases={props.releases} />
      <Show
        when={isReplacing()}
        fallback={
          <Actions facts={props.facts} releases={props.releases} onReplace={() => setReplacing(true)} />
        }
      >
        <div class="mt-4 border-t border-line pt-4">
          <ReplaceModel releases={props.releases} facts={props.facts} onDone={() => setReplacing(false)} />
        </div>
      </Show>
    </section>
  );
}

function Facts(props: { facts: SlotFacts; releases: Releases }): JSX.Element {
  const { href } = useProject();
  const slot = () => props.facts.slot;
  const name = () => props.releases.names.nameOf(slot().trained_model);
  const gets = () => {
    if (props.facts.state === "off") return t("live.slot.off");
    return props.facts.state === "shadow"
      ? t("live.slot.shadow", formatPercent(slot().shadow_rate ?? 0))
      : t("live.slot.shareOf", formatPercent(props.facts.share));
  };
  return (
    <>
      <dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <dt class="text-muted">{t("live.slot.model")}</dt>
        <dd class="min-w-0">
          <A class="link font-medium" href={href(`/models/${slot().trained_model}`)}>
            {name()}
          </A>
        </dd>
        <Show when={props.facts.since}>
          {(since) => (
            <>
              <dt class="text-muted">{t("live.slot.since")}</dt>
              <dd>
                <Ago at={since()} />
              </dd>
            </>
          )}
        </Show>
        <dt class="text-muted">{t("live.slot.share")}</dt>
        <dd>{gets()}</dd>
        <Show when={props.facts.served}>
          {(served) => (
            <>
              <dt class="text-muted">{t("live.slot.fallback")}</dt>
              <dd>
                {served().fallback === null
                  ? t("live.slot.noFallback")
                  : t("live.slot.fallbackTo", served().fallback?.version ?? 0)}
              </dd>
            </>
          )}
        </Show>
      </dl>
      <Show when={props.facts.served && !props.facts.served.is_deployed}>
        <div class="mt-3">
          <Notice
            tone="warn"
            title={t("live.slot.standsIn", name(), props.facts.served?.model.version ?? 0)}
          />
        </div>
      </Show>
    </>
  );
}

function Actions(props: { facts: SlotFacts; releases: Releases; onReplace: () => void }): JSX.Element {
  const [error, setError] = createSignal<unknown>(null);
  const switchOn = () => {
    setError(null);
    props.releases.switchTo(props.facts, true).catch(setError);
  };
  const name = () => props.facts.slot.name;
  return (
    <>
      <div class="mt-4 flex flex-wrap items-center gap-2">
        <Show when={props.facts.served}>
          {(served) => <RollBack live={props.releases.live} slot={served()} />}
        </Show>
        <Button needs="editor" onClick={props.onReplace}>
          {t("live.replace.open")}
        </Button>
        <Show
          when={props.facts.slot.is_active}
          fallback={
            <Button needs="editor" onClick={switchOn}>
              {t("live.slot.turnOn")}
            </Button>
          }
        >
          <ConfirmButton
            needs="editor"
            trigger={t("live.slot.turnOff")}
            title={t("live.slot.turnOffTitle", name())}
            confirm={t("live.slot.turnOff")}
            look="primary"
            onConfirm={() => props.releases.switchTo(props.facts, false)}
          >
            {t("live.slot.turnOffWhy")}
          </ConfirmButton>
        </Show>
        <span class="ml-auto">
          <ConfirmButton
            needs="editor"
            trigger={t("live.slot.remove")}
            triggerIcon="trash"
            compact
            title={t("live.slot.removeTitle", name())}
            confirm={t("live.slot.removeConfirm")}
            onConfirm={() => props.releases.remove(props.facts)}
          >
            {t("live.slot.removeWhy")}
          </ConfirmButton>
        </span>
      </div>
      <Show when={error()}>
        <div class="mt-3">
          <ErrorNotice title={t("live.slot.notChanged")} error={error()} />
        </div>
      </Show>
    </>
  );
}
