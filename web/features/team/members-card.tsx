import { createSignal, For, type JSX, Show } from "solid-js";
import type { MemberResponse } from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import { Badge } from "../../components/badge.tsx";
import { Card } from "../../components/card.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { INPUT_CLASS } from "../../components/field.tsx";
import { formatDay } from "../../components/format.ts";
import { Loaded } from "../../components/loaded.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { CELL, NUMBER_CELL, Table, WIDE } from "../../components/table.tsx";
import { t } from "../../words/words.ts";
import type { Team } from "./create-team.ts";
import { roleOptions } from "./role-options.ts";

const head = () =>
  [
    { label: t("accounts.username") },
    { label: t("accounts.email"), wide: true },
    { label: t("team.role") },
    { label: t("team.since"), numeric: true, wide: true },
    { label: t("common.actions"), hidden: true },
  ] as const;

export function MembersCard(props: { team: Team }): JSX.Element {
  const [error, setError] = createSignal<unknown>(null);

  async function changeRole(member: MemberResponse, role: ProjectRole): Promise<void> {
    setError(null);
    await props.team.setRole(member.user, role).catch(setError);
  }

  return (
    <Loaded query={props.team.members} what={t("team.what")}>
      {(list) => (
        <Card title={t("team.members")} flush>
          <Show when={error()}>
            <div class="px-4 pb-3">
              <ErrorNotice title={t("team.notChanged")} error={error()} />
            </div>
          </Show>
          <Table caption={t("team.members")} head={head()}>
            <For each={list().members}>
              {(member) => (
                <tr class="hover:bg-hover/50">
                  <td class={`${CELL} max-w-56 truncate font-medium`}>
                    {member.username}{" "}
                    <Show when={member.is_you}>
                      <Badge tone="neutral">{t("team.you")}</Badge>
                    </Show>
                  </td>
                  <td class={`${CELL} ${WIDE} max-w-56 truncate text-muted`}>{member.email || "–"}</td>
                  <td class={`${CELL} whitespace-nowrap`}>
                    <Show
                      when={props.team.isOwner() && !member.is_founder}
                      fallback={<Role member={member} />}
                    >
                      <select
                        aria-label={t("team.roleOf", member.username)}
                        class={`${INPUT_CLASS} w-32!`}
                        onChange={(event) =>
                          void changeRole(member, event.currentTarget.value as ProjectRole)
                        }
                      >
                        <For each={roleOptions()}>
                          {(option) => (
                            <option value={option.value} selected={option.value === member.role}>
                              {option.label}
                            </option>
                          )}
                        </For>
                      </select>
                    </Show>
                  </td>
                  <td class={`${NUMBER_CELL} ${WIDE} text-muted`}>{formatDay(member.since)}</td>
                  <td class="px-2 text-right">
                    <Show when={props.team.isOwner() && !member.is_founder && !member.is_you}>
                      <ConfirmButton
                        trigger={t("team.remove.trigger")}
                        title={t("team.remove.question", member.username)}
                        confirm={t("team.remove.confirm")}
                        onConfirm={() => props.team.remove(member.user)}
                      >
                        {t("team.remove.what")}
                      </ConfirmButton>
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </Table>
        </Card>
      )}
    </Loaded>
  );
}

function Role(props: { member: MemberResponse }): JSX.Element {
  return (
    <>
      {t(`team.roles.${props.member.role}`)}
      <Show when={props.member.is_founder}>
        <span class="text-faint"> · {t("team.founder")}</span>
      </Show>
    </>
  );
}
