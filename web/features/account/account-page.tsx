import type { JSX } from "solid-js";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { useSession } from "../auth/session.tsx";
import { TopBar } from "../shell/top-bar.tsx";
import { PasswordCard } from "./password-card.tsx";
import { SessionsCard } from "./sessions-card.tsx";

/** One's own password and sessions. */
export function AccountPage(): JSX.Element {
  const session = useSession();
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-3xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader
          title={t("account.title")}
          description={t("account.about", session.user()?.username ?? "")}
          back={{ href: "/projects", label: t("projects.title") }}
        />
        <div class="space-y-4">
          <PasswordCard username={session.user()?.username ?? ""} />
          <SessionsCard />
        </div>
      </main>
    </>
  );
}
