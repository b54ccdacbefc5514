/** A project with two slots, and ways to send events of them. */
import { type AbTestResponse, type AbTestResults, abTestResponse, abTestResults } from "#contract/ab-test.ts";
import { type DeploymentSlotResponse, deploymentSlotResponse } from "#contract/deployment-slot.ts";
import { bodyOf, type Person, readAs } from "../../../runtime/api.ts";
import { liveWorld } from "../../../runtime/live-models.ts";

export interface EventFields {
  readonly slot: number;
  readonly type: string;
  readonly user?: string;
  readonly request?: string;
}

export async function slotsWithEvents() {
  const world = await liveWorld();
  const { ann, projectId } = world;
  const model = await world.train({ deploy: "never" });
  const makeSlot = async (name: string): Promise<DeploymentSlotResponse> => {
    const body = { project: projectId, name, trained_model: model };
    return readAs(deploymentSlotResponse, await ann.call("POST", "/deployment_slot/", body), 201);
  };
  const [control, variant] = [await makeSlot("control"), await makeSlot("variant")];
  const bodyOfEvent = ({ slot, type, user = "u", request }: EventFields) => ({
    project: projectId,
    deployment_slot: slot,
    user_id: user,
    event_type: type,
    ...(request && { recommendation_request_id: request }),
  });
  const send = (events: readonly EventFields[], person: Person = ann) =>
    person.call("POST", "/conversion_event/batch/", { events: events.map(bodyOfEvent) });
  const makeTest = async (fields: object = {}): Promise<AbTestResponse> => {
    const slots = { control_slot: control.id, variant_slot: variant.id };
    const body = { project: projectId, name: "test", ...slots, ...fields };
    return readAs(abTestResponse, await ann.call("POST", "/ab_test/", body), 201);
  };
  const step = (id: number, name: string, body: object = {}, person: Person = ann) =>
    person.call("POST", `/ab_test/${id}/${name}/`, body);
  const results = async (id: number): Promise<AbTestResults> =>
    readAs(abTestResults, await ann.call("GET", `/ab_test/${id}/results/`));
  const slotNow = async (id: number) =>
    readAs(deploymentSlotResponse, await ann.call("GET", `/deployment_slot/${id}/`));
  return { ...world, control, variant, send, bodyOfEvent, makeTest, step, results, slotNow };
}

/** Impressions without a request, and conversions of one type. */
export function eventsOf(slot: number, shown: number, type: string, converted: number): EventFields[] {
  return [
    ...Array.from({ length: shown }, () => ({ slot, type: "impression" })),
    ...Array.from({ length: converted }, () => ({ slot, type })),
  ];
}

export async function statusAndBody(response: Response): Promise<[number, unknown]> {
  return [response.status, await bodyOf(response)];
}
