import { useQuery, useQueryClient } from "@tanstack/solid-query";
import { For, type JSX, Show } from "solid-js";
import type { OpenSessionResponse } from "#contract/auth.ts";
import { endOtherSessions, endSession, sessionsKey, sessionsQuery } from "../../api/sessions.ts";
import { Ago } from "../../components/ago.tsx";
import { Badge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { t } from "../../words/words.ts";
import { deviceName } from "./device-name.ts";

/** Where one's account is signed in. */
export function SessionsCard(): JSX.Element {
  const client = useQueryClient();
  const query = useQuery(() => sessionsQuery());

  async function end(ending: Promise<void>): Promise<void> {
    await ending;
    await client.invalidateQueries({ queryKey: sessionsKey });
  }

  return (
    <Loaded query={query} what={t("account.sessions.what")}>
      {(list) => (
        <Card
          title={t("account.sessions.title")}
          subtitle={t("account.sessions.about")}
          actions={
            <Show when={list().sessions.some(({ is_current }) => !is_current)}>
              <ConfirmButton
                trigger={t("account.sessions.others")}
                title={t("account.sessions.question")}
                confirm={t("account.sessions.confirm")}
                onConfirm={() => end(endOtherSessions())}
              >
                {t("account.sessions.ends")}
              </ConfirmButton>
            </Show>
          }
        >
          <ul class="divide-y divide-line">
            <For each={list().sessions}>
              {(session) => <SessionRow session={session} onEnd={() => end(endSession(session.id))} />}
            </For>
          </ul>
        </Card>
      )}
    </Loaded>
  );
}

function SessionRow(props: { session: OpenSessionResponse; onEnd: () => Promise<void> }): JSX.Element {
  const name = () => {
    const { program, system } = deviceName(props.session.device);
    if (program === "") return t("account.sessions.unknown");
    return system ? t("account.sessions.device", program, system) : program;
  };
  return (
    <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5">
      <div class="min-w-0">
        <p class="flex items-center gap-2 font-medium">
          <span class="truncate">{name()}</span>
          <Show when={props.session.is_current}>
            <Badge tone="good">{t("account.sessions.current")}</Badge>
          </Show>
        </p>
        <p class="text-sm text-muted">
          <Show when={props.session.last_used_at} fallback={t("account.sessions.before")}>
            {(at) => (
              <>
                {t("account.sessions.used")} <Ago at={at()} />
              </>
            )}
          </Show>
          <Show when={props.session.started_at}>
            {(at) => (
              <>
                {" · "}
                {t("account.sessions.started")} <Ago at={at()} />
              </>
            )}
          </Show>
        </p>
      </div>
      <Show when={!props.session.is_current}>
        <ConfirmButton
          trigger={t("account.sessions.end")}
          title={t("account.sessions.endQuestion", name())}
          confirm={t("account.sessions.end")}
          onConfirm={props.onEnd}
        >
          {t("account.sessions.ends")}
        </ConfirmButton>
      </Show>
    </li>
  );
}
