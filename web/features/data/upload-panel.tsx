import { createMemo, createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { Button } from "../../components/button.tsx";
import { FileDrop } from "../../components/file-drop.tsx";
import { formatBytes, formatDuration } from "../../components/format.ts";
import { Icon } from "../../components/icon.tsx";
import { Notice } from "../../components/notice.tsx";
import { ProgressBar } from "../../components/progress-bar.tsx";
import { t } from "../../words/words.ts";
import { readUnfinished } from "./unfinished-upload.ts";
import {
  cancelUpload,
  dismissUpload,
  startUpload,
  type UploadState,
  type UploadTarget,
  uploadState,
} from "./uploads.ts";

/** Accepts a file and shows its upload. */
export function UploadPanel(props: { target: UploadTarget; label: string; hint?: string }): JSX.Element {
  const state = () => uploadState(props.target);
  const [isForgotten, setForgotten] = createSignal(false);
  // Read again after each upload, which may be unfinished.
  const unfinished = createMemo(() =>
    state() || isForgotten() ? null : readUnfinished(props.target.projectId, props.target.kind),
  );
  function forget(): void {
    cancelUpload(props.target);
    setForgotten(true);
  }
  return (
    <Switch
      fallback={
        <div class="space-y-3">
          <Show when={unfinished()}>
            {(upload) => (
              <Notice
                tone="info"
                title={t("data.upload.interrupted", upload().filename)}
                action={<Button onClick={forget}>{t("data.upload.forget")}</Button>}
              >
                {t("data.upload.continue")}
              </Notice>
            )}
          </Show>
          <FileDrop
            needs="editor"
            label={props.label}
            {...(props.hint ? { hint: props.hint } : {})}
            onFile={(file) => void startUpload(props.target, file)}
          />
        </div>
      }
    >
      <Match when={state()?.phase === "failed" && state()}>
        {(failed) => (
          <Notice
            tone="bad"
            live
            title={t("data.upload.failed", failed().file.name)}
            action={
              <span class="flex flex-wrap justify-end gap-2">
                <Show when={failed().canRetry}>
                  <Button icon="refresh" onClick={() => void startUpload(props.target, failed().file)}>
                    {t("common.tryAgain")}
                  </Button>
                </Show>
                <Button onClick={() => dismissUpload(props.target)}>{t("common.chooseAnother")}</Button>
              </span>
            }
          >
            {failed().error}
          </Notice>
        )}
      </Match>
      <Match when={state()}>{(active) => <UploadProgress state={active()} target={props.target} />}</Match>
    </Switch>
  );
}

function UploadProgress(props: { state: UploadState; target: UploadTarget }): JSX.Element {
  const size = () => props.state.file.size;
  const caption = () => {
    if (props.state.phase === "waiting") return t("data.upload.dropped");
    if (props.state.phase !== "sending") return t("data.upload.processing");
    const rate = props.state.bytesPerSecond;
    const sent = t("data.upload.sent", formatBytes(props.state.sentBytes), formatBytes(size()));
    if (!rate) return sent;
    return t(
      "data.upload.left",
      sent,
      formatBytes(rate),
      formatDuration((size() - props.state.sentBytes) / rate),
    );
  };
  return (
    <div class="rounded-md border border-line px-4 py-4">
      <div class="mb-2 flex items-center gap-2 text-sm">
        <Icon name="file" class="text-muted" />
        <span class="min-w-0 flex-1 truncate font-medium">{props.state.file.name}</span>
        <Button look="quiet" icon="x" onClick={() => cancelUpload(props.target)}>
          {t("common.cancel")}
        </Button>
      </div>
      <ProgressBar
        ratio={size() === 0 ? 0 : props.state.sentBytes / size()}
        label={t("data.upload.of", props.state.file.name)}
      />
      <p class={`num mt-2 text-sm ${props.state.phase === "waiting" ? "text-warn" : "text-muted"}`}>
        {caption()}
      </p>
    </div>
  );
}
