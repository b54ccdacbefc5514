import { For, type JSX, Show } from "solid-js";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { formatMoment } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { CELL, NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import type { Team } from "./create-team.ts";

const head = () =>
  [
    { label: t("team.invite.note") },
    { label: t("team.role") },
    { label: t("team.invitedBy"), wide: true },
    { label: t("team.until"), numeric: true },
    { label: t("common.actions"), hidden: true },
  ] as const;

/** Links that nobody has accepted yet. */
export function InvitationsCard(props: { team: Team }): JSX.Element {
  return (
    <Loaded query={props.team.invitations} what={t("team.invitations")}>
      {(list) => (
        <Show when={list().invitations.length > 0}>
          <Card title={t("team.open")} flush>
            <Table caption={t("team.open")} head={head()}>
              <For each={list().invitations}>
                {(invitation) => (
                  <tr class="hover:bg-hover/50">
                    <td class={`${CELL} max-w-56 truncate font-medium`}>{invitation.note || "–"}</td>
                    <td class={`${CELL} whitespace-nowrap`}>{t(`team.roles.${invitation.role}`)}</td>
                    <td class={`${CELL} ${WIDE} max-w-56 truncate text-muted`}>{invitation.invited_by}</td>
                    <td class={`${NUMBER_CELL} text-muted`}>{formatMoment(invitation.expires_at)}</td>
                    <td class="px-2 text-right">
                      <ConfirmButton
                        trigger={t("team.withdraw.trigger")}
                        title={t("team.withdraw.question")}
                        confirm={t("team.withdraw.confirm")}
                        onConfirm={() => props.team.withdraw(invitation.id)}
                      >
                        {t("team.withdraw.what")}
                      </ConfirmButton>
                    </td>
                  </tr>
                )}
              </For>
            </Table>
          </Card>
        </Show>
      )}
    </Loaded>
  );
}
