import { ErrorBoundary, type JSX, type ParentProps } from "solid-js";
import { Button } from "../../components/button.tsx";
import { Notice } from "../../components/notice.tsx";

/** The last resort: a fault of the page itself. */
export function ErrorPage(props: ParentProps): JSX.Element {
  return (
    <ErrorBoundary
      fallback={(error: unknown) => {
        console.error(error);
        return (
          <main class="mx-auto max-w-lg px-4 py-16">
            <h1 class="mb-4 text-xl font-semibold">This page stopped working</h1>
            <Notice
              tone="bad"
              title="Something in the page itself failed."
              action={
                <Button icon="refresh" onClick={() => location.reload()}>
                  Reload
                </Button>
              }
            >
              Nothing on the server is lost. The browser's console says more.
            </Notice>
          </main>
        );
      }}
    >
      {props.children}
    </ErrorBoundary>
  );
}
