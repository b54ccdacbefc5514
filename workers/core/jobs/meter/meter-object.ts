/** What a project's meter keeps: how much its keys used, and figures for monitors. One Durable Object for a project. */
import type { DurableObjectId } from "../event-shard/shard-object.ts";

/** Uses of one key by one slot on one day. */
export interface UsageCount {
  /** `2026-11-27`, in UTC. */
  readonly day: string;
  readonly keyId: number;
  /** Null for calls and events, which belong to no slot. */
  readonly slotId: number | null;
  /** Calls that were answered, refusals included. */
  readonly requests: number;
  /** Calls that a limit of the key refused. */
  readonly limited: number;
  /** Lists that the slot made. */
  readonly lists: number;
  /** Events that were stored. */
  readonly events: number;
}

/** What an isolate has counted since it last reported. Samples are named as in Prometheus' text, with their labels. */
export interface MeterReport {
  readonly usage: readonly UsageCount[];
  /** Increases. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of this isolate now. */
  readonly gauges: Readonly<Record<string, number>>;
}

export interface MeterSamples {
  /** Sums over all isolates and all time. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of the isolates that reported in the last minutes, each apart. */
  readonly gauges: readonly Readonly<Record<string, number>>[];
}

export interface MeterObject {
  /** Answers after the counts are durable. A day older than the retention is dropped. */
  report(isolate: string, report: MeterReport): Promise<void>;
  /** Days from … to …, both included, the newest first. */
  usage(from: string, to: string): Promise<readonly UsageCount[]>;
  samples(): Promise<MeterSamples>;
  /** Erases everything in the object. */
  forget(): Promise<void>;
}

export interface MeterNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): MeterObject;
}

export function meterOf(namespace: MeterNamespace, projectId: number): MeterObject {
  return namespace.get(namespace.idFromName(String(projectId)));
}

/** Days for which usage is kept. */
export const USAGE_DAYS = 400;
/** An isolate that has not reported for this long is gone, milliseconds. */
export const ISOLATE_GONE_MS = 5 * 60_000;
/** Of samples and usage rows that an object takes; others are dropped. */
export const MAX_SAMPLES = 5_000;
