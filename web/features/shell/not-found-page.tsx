import type { JSX } from "solid-js";
import { LinkButton } from "../../components/button.tsx";
import { PageHeader } from "../../components/page-header.tsx";

export function NotFoundPage(): JSX.Element {
  return (
    <main class="mx-auto max-w-lg px-4 py-16">
      <PageHeader
        title="Nothing is here"
        description="The address may be mistyped, or the page was deleted or belongs to another account."
      />
      <LinkButton href="/projects" look="primary">
        Go to your projects
      </LinkButton>
    </main>
  );
}
