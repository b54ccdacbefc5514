import { useMutation } from "@tanstack/solid-query";
import { createSignal, createUniqueId, type JSX, Show } from "solid-js";
import type { UserResponse } from "#contract/auth.ts";
import { describeError } from "../../api/api-error.ts";
import { login } from "../../api/auth.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { MIDDLE, Modal } from "../../components/modal.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "./session.tsx";

/** A dialog over the open page when the session ends: the page keeps everything that was typed into it. */
export function SessionEnded(props: { user: UserResponse }): JSX.Element {
  const session = useSession();
  const id = createUniqueId();
  const [password, setPassword] = createSignal("");
  const mutation = useMutation(() => ({
    mutationFn: () => login({ username: props.user.username, password: password() }),
    onSuccess: ({ user }) => session.begin(user),
  }));
  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={`${id}-text`}
      class={`${MIDDLE} w-[min(24rem,calc(100vw-2rem))] rounded-lg`}
    >
      <div class="p-5">
        <h2 id={`${id}-title`} class="text-lg font-semibold">
          {t("auth.ended")}
        </h2>
        <p id={`${id}-text`} class="mt-1.5 mb-4 text-sm text-muted">
          {t("auth.endedThen")}
        </p>
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
      </div>
    </Modal>
  );
}
