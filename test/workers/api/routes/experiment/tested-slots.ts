/** A project whose slots are in an experiment, and its events as the platform and clients write them. */
import { env } from "cloudflare:workers";
import {
  type ExperimentReport,
  type ExperimentResponse,
  experimentReport,
  experimentResponse,
} from "#contract/experiment.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { lineOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment, putSegment } from "#storage/event-segments.ts";
import { findManifest } from "#storage/routing-store.ts";
import { readAs } from "../../../runtime/api.ts";
import { slotsWithEvents } from "../ab_test/slots-with-events.ts";

export async function testedSlots() {
  const world = await slotsWithEvents();
  const { ann, api, projectId, control, variant } = world;
  let last = 0;
  /** Seals events in the shards of their users. */
  const seal = async (events: readonly Partial<StoredEvent>[]): Promise<void> => {
    const time = api.deps.clock();
    const whole = events.map((event): StoredEvent => {
      return { type: "click", user_id: "u", item_id: "i", time, received: time, ...event };
    });
    for (const shard of new Set(whole.map(({ user_id }) => shardOf(user_id)))) {
      const own = whole.filter(({ user_id }) => shardOf(user_id) === shard);
      const key = keyOfSegment({ projectId, shard }, { first: last + 1, last: last + own.length });
      last += own.length;
      await putSegment(env.STORE, key, { lines: own.map(lineOf).join(""), sealedAt: time });
    }
  };
  const make = async (fields: object = {}): Promise<ExperimentResponse> => {
    const variants = [{ slot: control.id }, { slot: variant.id }];
    const body = { project: projectId, name: "test", variants, ...fields };
    return readAs(experimentResponse, await ann.call("POST", "/experiment/", body), 201);
  };
  const step = (id: number, name: string, body: object = {}) =>
    ann.call("POST", `/experiment/${id}/${name}/`, body);
  /** Makes and starts one; the clock goes on. */
  const running = async (fields: object = {}): Promise<ExperimentResponse> => {
    const { id } = await make(fields);
    const started = await readAs(experimentResponse, await step(id, "start"));
    api.advance(1_000);
    return started;
  };
  const report = async (id: number, query = ""): Promise<ExperimentReport> =>
    readAs(experimentReport, await ann.call("GET", `/experiment/${id}/report/${query}`));
  /** A list of one item that each person sees; the first people also click. */
  const people = (
    experimentId: number,
    slot: number,
    counts: readonly [number, number],
    fields: object = {},
  ) =>
    Array.from({ length: counts[0] }, (_, at) => `of ${slot}, ${at}`).flatMap((user_id, at) => {
      const event = { user_id, request_id: `r ${user_id}` };
      const metadata = { experiment_id: experimentId, slot_id: slot, ms: 5, ...fields };
      return [
        { ...event, type: "impression", item_id: `i${at % 9}`, metadata },
        ...(at < counts[1] ? [{ ...event, item_id: `i${at % 9}` }] : []),
      ];
    });
  const manifest = () => findManifest(env.ROUTING, projectId);
  return { ...world, seal, make, step, running, report, people, manifest };
}
