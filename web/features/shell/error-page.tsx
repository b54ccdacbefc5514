import { ErrorBoundary, type JSX, type ParentProps } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Notice } from "../../components/notice.tsx";

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
  return (
    <div class="mx-auto max-w-xl px-4 py-12">
      <h1 class="mb-4 text-xl font-semibold">
        {props.isMissing ? "This page could not be loaded" : "This page stopped working"}
      </h1>
      <Notice
        tone="bad"
        live
        title={
          props.isMissing
            ? "The connection dropped, or a newer version was installed."
            : "Something in the page itself failed."
        }
        action={
          <Button icon="refresh" onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        {props.isMissing
          ? "Reload once the server can be reached."
          : "Nothing was lost on the server. The browser's console has details."}
      </Notice>
    </div>
  );
}
