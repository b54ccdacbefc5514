/** The meters of projects, for who reads them. */
import { type MeterNamespace, type MeterSamples, meterOf, type UsageCount } from "./meter-object.ts";

export interface ProjectMeters {
  /** Days such as `2026-11-27`, both included, the newest first. */
  usage(projectId: number, from: string, to: string): Promise<readonly UsageCount[]>;
  samples(projectId: number): Promise<MeterSamples>;
  /** Erases everything that is counted. */
  forget(projectId: number): Promise<void>;
}

export function createProjectMeters(namespace: MeterNamespace): ProjectMeters {
  return {
    usage: (projectId, from, to) => meterOf(namespace, projectId).usage(from, to),
    samples: (projectId) => meterOf(namespace, projectId).samples(),
    forget: (projectId) => meterOf(namespace, projectId).forget(),
  };
}
