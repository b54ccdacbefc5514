import { type JSX, Show } from "solid-js";
import { Badge } from "../../components/badge.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { t } from "../../words/words.ts";
import type { LiveSlot, LiveVersion } from "./create-live-version.ts";

export function LiveBadge(): JSX.Element {
  return <Badge tone="accent">{t("common.live")}</Badge>;
}

/** "Serve this version", for a ready model that is not live. */
export function MakeLive(props: { live: LiveVersion; modelId: number; version: number }): JSX.Element {
  return (
    <ConfirmButton
      needs="editor"
      trigger={t("models.live.make")}
      title={t("models.live.makeQuestion", props.version)}
      confirm={t("models.live.makeConfirm")}
      look="primary"
      onConfirm={() => props.live.makeLive(props.modelId)}
    >
      {t("models.live.makeWhat")}
    </ConfirmButton>
  );
}

/** Returns to the previous version, if there is one. */
export function RollBack(props: { live: LiveVersion; slot: LiveSlot }): JSX.Element {
  return (
    <Show when={props.slot.rolls_back_to}>
      {(before) => (
        <ConfirmButton
          needs="editor"
          trigger={t("models.live.rollBackTo", before().version)}
          title={t("models.live.rollBackQuestion", before().version)}
          confirm={t("models.live.rollBack")}
          look="primary"
          onConfirm={() => props.live.rollBack(props.slot)}
        >
          {t("models.live.rollBackWhat", props.slot.model.version, before().version)}
        </ConfirmButton>
      )}
    </Show>
  );
}
