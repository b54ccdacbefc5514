import { Navigate, useLocation } from "@solidjs/router";
import { type JSX, Match, onMount, type ParentProps, Show, Switch } from "solid-js";
import { lazyPart } from "../../components/lazy-part.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "./session.tsx";

const SessionEnded = lazyPart(async () => (await import("./session-ended.tsx")).SessionEnded);

/** Shows its pages to signed-in accounts, and sends visitors to sign in and back. */
export function RequireSession(props: ParentProps): JSX.Element {
  const session = useSession();
  const location = useLocation();
  onMount(SessionEnded.whenIdle);
  const loginHref = () => {
    const here = location.pathname + location.search + location.hash;
    return here === "/" || session.hasLeft() ? "/login" : `/login?next=${encodeURIComponent(here)}`;
  };
  return (
    <Switch>
      <Match when={session.error()}>
        {(error) => (
          <main class="mx-auto max-w-lg px-4 py-16">
            <h1 class="mb-4 text-xl font-semibold">{t("auth.unreachable")}</h1>
            <ErrorNotice title={t("auth.sessionNotOpened")} error={error()} onRetry={session.retry} />
          </main>
        )}
      </Match>
      <Match when={session.user()}>
        {props.children}
        <Show when={session.ended()}>{(user) => <SessionEnded user={user()} />}</Show>
      </Match>
      <Match when={session.user() === null}>
        <Navigate href={loginHref()} />
      </Match>
    </Switch>
  );
}
