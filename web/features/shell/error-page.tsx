import { ErrorBoundary, type JSX, type ParentProps } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";

/** Browsers' messages for a part of the page that failed to load. */
const NOT_ARRIVED = /dynamically imported module|module script failed/i;

/** The last resort: a part of the page failed to load or threw an error. */
export function ErrorPage(props: ParentProps): JSX.Element {
  return (
    <ErrorBoundary
      fallback={(error: unknown) => {
        console.error(error);
        return <Fault isMissing={NOT_ARRIVED.test(String(error))} />;
      }}
    >
      {props.children}
    </ErrorBoundary>
  );
}

function Fault(props: { isMissing: boolean }): JSX.Element {
  const kind = (): "missing" | "broken" => (props.isMissing ? "missing" : "broken");
  return (
    <div class="mx-auto max-w-xl px-4 py-12">
      <h1 class="mb-4 text-xl font-semibold">{t(`shell.fault.${kind()}`)}</h1>
      <Notice
        tone="bad"
        live
        title={t(`shell.fault.${kind()}Why`)}
        action={
          <Button icon="refresh" onClick={() => location.reload()}>
            {t("shell.reload")}
          </Button>
        }
      >
        {t(`shell.fault.${kind()}Then`)}
      </Notice>
    </div>
  );
}
