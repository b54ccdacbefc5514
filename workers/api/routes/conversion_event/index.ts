import * as z from "zod";
import {
  type ConversionEventRequest,
  conversionEventRequest,
  MAX_CONVERSION_EVENTS,
} from "#contract/conversion-event.ts";
import { present } from "#contract/field.ts";
import { FieldError, fieldError } from "#services/app-error.ts";
import { createConversionEvents, deleteConversionEvent } from "#services/experiments/conversion-events.ts";
import {
  type ConversionEventRow,
  conversionEventCodec,
  conversionEvents,
} from "#services/resources/conversion-event.ts";
import { parseBody, toFieldError } from "../../middleware/body.ts";
import type { Endpoint, Handler } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const NOT_A_LIST = 'Expected a list of items but got type "str".';
const TOO_MANY = `Ensure this field has no more than ${MAX_CONVERSION_EVENTS} elements.`;

export function conversionEventRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  // Before the details, whose address would match, too.
  endpoint("/conversion_event/batch", { POST: batchHandler(deps) }, { access: "predict" });
  resourceRoutes(endpoint, deps.db, {
    resource: conversionEvents,
    toResponse: conversionEventCodec.show,
    schema: conversionEventRequest,
    access: "predict",
    create: async (viewer, body) => {
      const [row] = await createConversionEvents(deps, viewer, [body]);
      return row as ConversionEventRow;
    },
    remove: (viewer, row) => deleteConversionEvent(deps, viewer, row),
  });
}

/** All events or none. A refusal has one entry for each event, empty for those that are right. */
function batchHandler(deps: RouteDeps): Handler {
  return async (c) => {
    const { events } = await parseBody(c, z.object({ events: present() }));
    if (!Array.isArray(events)) return c.json({ events: { non_field_errors: [NOT_A_LIST] } }, 400);
    if (events.length > MAX_CONVERSION_EVENTS) throw fieldError("events", TOO_MANY);
    const read = events.map(readEvent);
    if (read.some((event) => event instanceof FieldError)) {
      return c.json({ events: read.map((event) => (event instanceof FieldError ? event.fields : {})) }, 400);
    }
    const rows = await createConversionEvents(
      deps,
      c.var.caller.viewer,
      read as readonly ConversionEventRequest[],
    );
    return c.json({ created: rows.length }, 201);
  };
}

function readEvent(event: unknown): ConversionEventRequest | FieldError {
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    return fieldError("non_field_errors", "Invalid data. Expected a dictionary.");
  }
  const parsed = conversionEventRequest.safeParse(event);
  return parsed.success ? parsed.data : toFieldError(parsed.error);
}
