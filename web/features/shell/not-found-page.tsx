import type { JSX } from "solid-js";
import { LinkButton } from "../../components/button.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";

export function NotFoundPage(): JSX.Element {
  return (
    <main class="mx-auto max-w-lg px-4 py-16">
      <PageHeader title={t("shell.notFound.title")} description={t("shell.notFound.why")} />
      <LinkButton href="/projects" look="primary">
        {t("shell.notFound.toProjects")}
      </LinkButton>
    </main>
  );
}
