import { useLocation, useNavigate } from "@solidjs/router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import type { InvitationOffer } from "#contract/member.ts";
import { acceptInvitation, offerQuery } from "../../api/members.ts";
import { projectsKey } from "../../api/projects.ts";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { TopBar } from "../shell/top-bar.tsx";

/** What a link invites to, and the answer to it. The secret is behind the "#" of the address. */
export function InvitationPage(): JSX.Element {
  const location = useLocation();
  const token = () => location.hash.replace(/^#/, "");
  const query = useQuery(() => ({ ...offerQuery(token()), enabled: token() !== "", retry: false }));
  return (
    <>
      <TopBar />
      <main id="content" class="mx-auto max-w-xl px-4 pt-8 pb-16 sm:px-6">
        <PageHeader title={t("team.offer.title")} />
        <Show when={token() !== ""} fallback={<Notice tone="warn" title={t("team.offer.cut")} />}>
          <Loaded query={query} what={t("team.offer.what")}>
            {(offer) => <Offer offer={offer()} token={token()} />}
          </Loaded>
        </Show>
      </main>
    </>
  );
}

function Offer(props: { offer: InvitationOffer; token: string }): JSX.Element {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation(() => ({
    mutationFn: () => acceptInvitation(props.token),
    onSuccess: async ({ project }) => {
      navigate(`/projects/${project}`, { replace: true });
      await client.invalidateQueries({ queryKey: projectsKey });
    },
  }));
  return (
    <Card title={props.offer.project_name}>
      <div class="space-y-4">
        <p>{t("team.offer.text", props.offer.invited_by, t(`team.roles.${props.offer.role}`))}</p>
        <p class="text-sm text-muted">
          {t(`team.may.${props.offer.role}`)} {t("team.offer.until", formatMoment(props.offer.expires_at))}
        </p>
        <Show when={mutation.error}>
          {(error) => <ErrorNotice title={t("team.offer.failed")} error={error()} />}
        </Show>
        <Show
          when={props.offer.own_role === null}
          fallback={
            <>
              <Notice tone="info" title={t("team.offer.member")} />
              <LinkButton href={`/projects/${props.offer.project}`}>{t("team.offer.open")}</LinkButton>
            </>
          }
        >
          <Button look="primary" icon="check" busy={mutation.isPending} onClick={() => mutation.mutate()}>
            {t("team.offer.accept")}
          </Button>
        </Show>
      </div>
    </Card>
  );
}
