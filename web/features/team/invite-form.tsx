import { type JSX, Show } from "solid-js";
import type { InvitationCreatedResponse } from "#contract/member.ts";
import type { ProjectRole } from "#contract/project-role.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CodeBlock } from "../../components/code-block.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { formatMoment } from "../../components/format.ts";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { t } from "../../words/words.ts";
import { invitationLink, type Team } from "./create-team.ts";
import { roleOptions } from "./role-options.ts";

/** Makes an invitation, then shows its link once. */
export function InviteForm(props: { team: Team }): JSX.Element {
  return (
    <Show when={props.team.created()} fallback={<Form team={props.team} />}>
      {(created) => <NewLink created={created()} onDone={props.team.putAway} />}
    </Show>
  );
}

function Form(props: { team: Team }): JSX.Element {
  return (
    <Card title={t("team.invite.title")} subtitle={t("team.invite.about")}>
      <form
        class="space-y-4"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          props.team.invite();
        }}
      >
        <Show when={props.team.error()}>
          {(error) => <ErrorNotice title={t("team.invite.failed")} error={error()} />}
        </Show>
        <div class="grid gap-4 sm:grid-cols-2">
          <SelectField
            label={t("team.role")}
            hint={t(`team.may.${props.team.role()}`)}
            value={props.team.role()}
            options={roleOptions()}
            onValue={(role) => props.team.chooseRole(role as ProjectRole)}
          />
          <TextField
            label={t("team.invite.note")}
            hint={t("team.invite.noteHint")}
            optional
            autocomplete="off"
            maxlength={256}
            value={props.team.note()}
            onValue={props.team.setNote}
          />
        </div>
        <Button type="submit" look="primary" icon="users" busy={props.team.busy()}>
          {t("team.invite.make")}
        </Button>
      </form>
    </Card>
  );
}

function NewLink(props: { created: InvitationCreatedResponse; onDone: () => void }): JSX.Element {
  return (
    <Card
      title={t("team.link.title")}
      actions={
        <Button icon="check" onClick={props.onDone}>
          {t("team.link.done")}
        </Button>
      }
    >
      <div class="space-y-4">
        <Notice tone="warn" live title={t("team.link.copyNow")}>
          {t("team.link.until", formatMoment(props.created.expires_at))}
        </Notice>
        <CodeBlock
          label={t("team.link.label", t(`team.roles.${props.created.role}`))}
          code={invitationLink(location.origin, props.created.token)}
          copy={t("team.link.copy")}
        />
      </div>
    </Card>
  );
}
