import { abTestReportQuery, abTestRequest, promoteWinnerRequest } from "#contract/ab-test.ts";
import { abTestReportOf } from "#services/experiments/ab-report.ts";
import { abTestResultsOf } from "#services/experiments/ab-results.ts";
import {
  AbTestRefusal,
  createAbTest,
  deleteAbTest,
  promoteWinner,
  startAbTest,
  stopAbTest,
  updateAbTest,
} from "#services/experiments/ab-tests.ts";
import { type AbTestRow, abTestCodec, abTests } from "#services/resources/ab-test.ts";
import { noteSubject } from "../../middleware/audit.ts";
import { parseBody, parseQuery } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

export function abTestRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { db } = deps;
  resourceRoutes(endpoint, db, {
    resource: abTests,
    toResponse: abTestCodec.show,
    schema: abTestRequest,
    create: (viewer, body) => createAbTest(deps, viewer, body),
    update: (_viewer, row, changes) => updateAbTest(deps, row, changes),
    remove: (_viewer, row) => deleteAbTest(deps, row),
  });
  const step = (advance: (deps: RouteDeps, row: AbTestRow) => Promise<AbTestRow>) =>
    rowHandler(db, abTests, (c, row) => orRefused(c, async () => abTestCodec.show(await advance(deps, row))));
  endpoint("/ab_test/:id/start", { POST: step(startAbTest) });
  endpoint("/ab_test/:id/stop", { POST: step(stopAbTest) });
  endpoint("/ab_test/:id/results", {
    GET: rowHandler(db, abTests, async (c, row) => c.json(await abTestResultsOf(deps, row))),
  });
  endpoint("/ab_test/:id/report", {
    GET: rowHandler(db, abTests, async (c, row) =>
      c.json(await abTestReportOf(deps, row, parseQuery(c.req.query(), abTestReportQuery))),
    ),
  });
  endpoint("/ab_test/:id/promote_winner", {
    POST: rowHandler(db, abTests, async (c, row) => {
      const { slot_id: asked } = await parseBody(c, promoteWinnerRequest);
      return orRefused(c, async () => {
        const winner = await promoteWinner(deps, row, asked);
        noteSubject(c, row, { reason: `Slot ${winner} won the A/B test "${row.name}".` });
        return { status: "promoted", winner_slot_id: winner };
      });
    }),
  });
}

/** Recotem's form of a step that the test's state does not allow. */
async function orRefused(c: ApiContext, act: () => Promise<object>): Promise<Response> {
  try {
    return c.json(await act());
  } catch (error) {
    if (!(error instanceof AbTestRefusal)) throw error;
    return c.json({ error: error.message }, 400);
  }
}
