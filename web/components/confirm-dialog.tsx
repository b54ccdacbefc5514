import { createUniqueId, type JSX, type ParentProps, Show } from "solid-js";
import { t } from "../words/words.ts";
import { Button } from "./button.tsx";
import { MIDDLE, Modal } from "./modal.tsx";
import { ErrorNotice } from "./notice.tsx";

/** The question of a `ConfirmButton`. */
export function ConfirmDialog(
  props: ParentProps<{
    open: boolean;
    onOpenChange: (isOpen: boolean) => void;
    /** Gets the focus back. */
    opener: Element | null;
    title: string;
    confirm: string;
    look: "danger" | "primary";
    busy: boolean;
    error: unknown;
    onConfirm: () => void;
  }>,
): JSX.Element {
  const id = createUniqueId();
  return (
    <Modal
      open={props.open}
      onClose={() => props.onOpenChange(false)}
      isAlert
      returnTo={props.opener}
      labelledBy={`${id}-title`}
      describedBy={`${id}-text`}
      class={`${MIDDLE} w-[min(26rem,calc(100vw-2rem))] rounded-lg`}
    >
      <div class="p-5">
        <h2 id={`${id}-title`} class="text-lg font-semibold">
          {props.title}
        </h2>
        <div id={`${id}-text`} class="mt-1.5 text-sm text-muted">
          {props.children}
        </div>
        <Show when={props.error}>
          <div class="mt-3">
            <ErrorNotice title={t("components.failed")} error={props.error} />
          </div>
        </Show>
        <div class="mt-5 flex justify-end gap-2">
          <Button onClick={() => props.onOpenChange(false)}>{t("components.keep")}</Button>
          <Button look={props.look} busy={props.busy} onClick={() => props.onConfirm()}>
            {props.confirm}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
