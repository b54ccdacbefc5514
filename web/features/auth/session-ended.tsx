import { Dialog } from "@kobalte/core/dialog";
import { useMutation } from "@tanstack/solid-query";
import { createSignal, type JSX, Show } from "solid-js";
import type { UserResponse } from "#contract/auth.ts";
import { describeError } from "../../api/api-error.ts";
import { login } from "../../api/auth.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "./session.tsx";

const PANEL =
  "fixed top-1/2 left-1/2 z-50 w-[min(24rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-lg " +
  "border border-line bg-surface p-5 shadow-overlay";

/** A dialog over the open page when the session ends: the page keeps everything that was typed into it. */
export function SessionEnded(props: { user: UserResponse }): JSX.Element {
  const session = useSession();
  const [password, setPassword] = createSignal("");
  const mutation = useMutation(() => ({
    mutationFn: () => login({ username: props.user.username, password: password() }),
    onSuccess: ({ user }) => session.begin(user),
  }));
  return (
    <Dialog open modal preventScroll={false}>
      <Dialog.Portal>
        <Dialog.Overlay class="fixed inset-0 z-40 bg-[rgb(8_11_13/0.45)]" />
        <Dialog.Content
          class={PANEL}
          onEscapeKeyDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => event.preventDefault()}
        >
          <Dialog.Title class="text-lg font-semibold">{t("auth.ended")}</Dialog.Title>
          <Dialog.Description class="mt-1.5 mb-4 text-sm text-muted">
            {t("auth.endedThen")}
          </Dialog.Description>
          <form
            class="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              mutation.mutate();
            }}
          >
            <Show when={mutation.error}>
              {(error) => <Notice tone="bad" live title={describeError(error())} />}
            </Show>
            <TextField
              label={t("auth.username")}
              autocomplete="username"
              readOnly
              value={props.user.username}
              onValue={() => undefined}
            />
            <TextField
              label={t("auth.password")}
              type="password"
              autocomplete="current-password"
              autofocus
              value={password()}
              onValue={setPassword}
            />
            <div class="flex flex-wrap justify-between gap-2">
              <Button look="quiet" onClick={() => session.leave()}>
                {t("auth.leave")}
              </Button>
              <Button type="submit" look="primary" busy={mutation.isPending} disabled={password() === ""}>
                {t("auth.signIn")}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  );
}
