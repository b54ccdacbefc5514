import { type JSX, Show } from "solid-js";
import { Badge } from "../../components/badge.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import type { LiveSlot, LiveVersion } from "./create-live-version.ts";

export function LiveBadge(): JSX.Element {
  return <Badge tone="accent">Live</Badge>;
}

/** "Serve this version", for a ready model that is not live. */
export function MakeLive(props: { live: LiveVersion; modelId: number; version: number }): JSX.Element {
  return (
    <ConfirmButton
      trigger="Make live"
      title={`Make version ${props.version} live?`}
      confirm="Make it live"
      look="primary"
      onConfirm={() => props.live.makeLive(props.modelId)}
    >
      It answers your application's requests within a minute. You can roll back.
    </ConfirmButton>
  );
}

/** Returns to the previous version, if there is one. */
export function RollBack(props: { live: LiveVersion; slot: LiveSlot }): JSX.Element {
  return (
    <Show when={props.slot.rolls_back_to}>
      {(before) => (
        <ConfirmButton
          trigger={`Roll back to version ${before().version}`}
          title={`Roll back to version ${before().version}?`}
          confirm="Roll back"
          look="primary"
          onConfirm={() => props.live.rollBack(props.slot)}
        >
          Version {props.slot.model.version} stays ready, and version {before().version} answers within a
          minute.
        </ConfirmButton>
      )}
    </Show>
  );
}
