import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { Button, LinkButton } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Keyed } from "../../components/keyed.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Notice } from "../../components/notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { t } from "../../words/words.ts";
import { useProject } from "../shell/use-project.ts";
import { createReleases } from "./create-releases.ts";
import { NewSlot } from "./new-slot.tsx";
import { PeriodTable } from "./period-table.tsx";
import { SlotCard } from "./slot-card.tsx";
import { TrafficCard } from "./traffic-card.tsx";

/** What answers the application: slots, their models, weights and history. */
export function LivePage(): JSX.Element {
  const { projectId, href } = useProject();
  const releases = createReleases(projectId);
  const [isAdding, setAdding] = createSignal(false);
  return (
    <>
      <PageHeader
        title={t("live.title")}
        description={t("live.about")}
        actions={
          <Show when={!isAdding() && !releases.isEmpty()}>
            <Button needs="editor" icon="plus" onClick={() => setAdding(true)}>
              {t("live.add.open")}
            </Button>
          </Show>
        }
      />
      <Loaded query={releases.query} what={t("live.what.slots")}>
        {() => (
          <div class="space-y-4">
            <Show when={isAdding()}>
              <NewSlot releases={releases} onDone={() => setAdding(false)} />
            </Show>
            <Switch>
              <Match when={releases.isEmpty()}>
                <Card>
                  <EmptyState
                    icon="box"
                    title={t("live.nothing.title")}
                    action={
                      <LinkButton needs="editor" look="primary" icon="sliders" href={href("/tuning/new")}>
                        {t("live.nothing.action")}
                      </LinkButton>
                    }
                  >
                    {t("live.nothing.why")}
                  </EmptyState>
                </Card>
              </Match>
              <Match when={releases.standIn()}>
                {(model) => <Notice tone="warn" title={t("live.standIn", model().version)} />}
              </Match>
              <Match when={true}>
                <TrafficCard releases={releases} />
                <div class="grid items-start gap-4 lg:grid-cols-2">
                  <Keyed each={releases.facts()} by={({ slot }) => slot.id}>
                    {(facts) => <SlotCard facts={facts()} releases={releases} />}
                  </Keyed>
                </div>
                <PeriodTable />
              </Match>
            </Switch>
          </div>
        )}
      </Loaded>
    </>
  );
}
