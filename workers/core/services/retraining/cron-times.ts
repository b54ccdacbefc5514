/** Cron expressions of schedules: five fields, in UTC. */
import { Cron } from "croner";

const FIELD_COUNT_TEXT = "Cron expression must have exactly 5 fields.";

function parsed(expression: string): Cron {
  return new Cron(expression, { timezone: "UTC", mode: "5-part", paused: true });
}

/** Whether an expression has its five fields, with any content: Recotem's check. */
export function fieldCountProblem(expression: string): string | null {
  return expression.trim().split(/\s+/).length === 5 ? null : FIELD_COUNT_TEXT;
}

/** The problem with an expression; null when it has a next time. */
export function cronProblem(expression: string, now: number): string | null {
  const problem = fieldCountProblem(expression);
  if (problem !== null) return problem;
  try {
    return cronTimes(expression, now, 1).length === 0 ? "No date matches this cron expression." : null;
  } catch {
    return "This is not a cron expression: minute, hour, day of the month, month, day of the week, in UTC.";
  }
}

/** The next times after `now`, in epoch milliseconds, ascending; fewer than `count` if there are no more. */
export function cronTimes(expression: string, now: number, count: number): number[] {
  return parsed(expression)
    .nextRuns(count, new Date(now))
    .map((time) => time.getTime());
}

/** Expressions whose times are kept; schedules share a few. */
const KEPT_EXPRESSIONS = 1000;
const upcoming = new Map<string, { readonly since: number; readonly times: readonly number[] }>();

/**
 * The next times of an expression, none for an invalid one. Finding them takes half a millisecond, and they stay valid until the
 * first has come. A list of schedules asks for the same ones again and again.
 */
export function upcomingTimes(expression: string, now: number, count: number): readonly number[] {
  const kept = upcoming.get(expression);
  const [first = Number.NEGATIVE_INFINITY] = kept?.times ?? [];
  if (kept && kept.times.length === count && kept.since <= now && now < first) return kept.times;
  const times = cronProblem(expression, now) === null ? cronTimes(expression, now, count) : [];
  if (upcoming.size >= KEPT_EXPRESSIONS) upcoming.clear();
  upcoming.set(expression, { since: now, times });
  return times;
}

export function nextCronTime(expression: string, now: number): number | null {
  return cronTimes(expression, now, 1)[0] ?? null;
}
