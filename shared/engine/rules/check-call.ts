/** The functions of the language. */
import { timeCell, WRONG_CELL } from "../catalogue/cell.ts";
import type { CheckContext } from "./check-context.ts";
import type { NumberFunction, NumberNode } from "./checked.ts";
import { nearestName } from "./nearest-name.ts";
import {
  arithmetic,
  choice,
  constantNumber,
  countNode,
  nowNode,
  numberFunction,
  requestNumber,
} from "./nodes.ts";
import type { Span } from "./rule-error.ts";
import { isNumeric, type NumberType, nameOf, type Typed } from "./typed.ts";

interface Call extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly args: readonly Typed[];
}

interface RuleFunction {
  /** How it is written, for messages. */
  readonly form: string;
  readonly least: number;
  readonly most: number;
  check(context: CheckContext, call: Call): Typed;
}

/** The windows of event counts, with how a rule writes them. */
export const COUNT_WINDOWS: readonly (readonly [ms: number, text: string])[] = [
  [300_000, "minutes(5)"],
  [3_600_000, "hours(1)"],
  [86_400_000, "days(1)"],
  [604_800_000, "days(7)"],
  [2_592_000_000, "days(30)"],
];

/** More arguments make no rule clearer. */
const MAX_ARGS = 16;

const FUNCTIONS: Readonly<Record<string, RuleFunction>> = {
  now: { form: "now()", least: 0, most: 0, check: (_, call) => number("date", nowNode(), call) },
  date: { form: 'date("2026-01-31")', least: 1, most: 1, check: checkDate },
  minutes: duration("minutes", 60_000),
  hours: duration("hours", 3_600_000),
  days: duration("days", 86_400_000),
  weeks: duration("weeks", 604_800_000),
  count: { form: 'count("view", days(7))', least: 2, most: 2, check: checkCount },
  if: { form: "if(condition, then, otherwise)", least: 3, most: 3, check: checkIf },
  coalesce: { form: "coalesce(first, second)", least: 2, most: MAX_ARGS, check: sameTyped("coalesce") },
  min: { form: "min(a, b)", least: 2, most: MAX_ARGS, check: sameTyped("min") },
  max: { form: "max(a, b)", least: 2, most: MAX_ARGS, check: sameTyped("max") },
  abs: { form: "abs(a)", least: 1, most: 1, check: sameTyped("abs") },
  log: { form: "log(a)", least: 1, most: 1, check: ofNumber("log") },
  sqrt: { form: "sqrt(a)", least: 1, most: 1, check: ofNumber("sqrt") },
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

export function checkCall(context: CheckContext, call: Call): Typed {
  const { name, nameSpan, args } = call;
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) {
    const near = nearestName(name, FUNCTION_NAMES);
    return context.fail(nameSpan, `There is no function "${name}"`, {
      expected: `one of ${FUNCTION_NAMES.join(", ")}`,
      suggestion: near === null ? undefined : (FUNCTIONS[near] as RuleFunction).form,
    });
  }
  if (args.length < known.least || args.length > known.most) {
    context.fail(call, `"${name}" has ${args.length} arguments`, { expected: known.form });
  }
  return known.check(context, call);
}

function number(type: NumberType, node: NumberNode, { start, end }: Span): Typed {
  return { type, node, start, end };
}

function argument({ args }: Call, at: number): Typed {
  return args[at] as Typed;
}

function checkDate(context: CheckContext, call: Call): Typed {
  const arg = argument(call, 0);
  if (arg.type === "request") return number("date", requestNumber(arg.value, "date"), call);
  if (arg.type !== "string") {
    return context.fail(arg, `${context.source(arg)} is ${nameOf(arg.type)}`, {
      expected: 'a date in quotes, such as "2026-01-31" or "2026-01-31T12:00:00Z"',
    });
  }
  const time = timeCell(arg.value);
  if (time !== WRONG_CELL) return number("date", constantNumber(time), call);
  return context.fail(arg, `${context.source(arg)} is not a date`, {
    expected: 'a date such as "2026-01-31" or "2026-01-31T12:00:00Z"',
  });
}

function duration(name: string, ms: number): RuleFunction {
  return {
    form: `${name}(30)`,
    least: 1,
    most: 1,
    check(context, call) {
      const amount = context.asNumber(argument(call, 0), "number");
      const unit = constantNumber(ms);
      const node =
        amount.kind === "constant" ? constantNumber(amount.value * ms) : arithmetic("*", amount, unit);
      return number("duration", context.visit(node, call), call);
    },
  };
}

function checkCount(context: CheckContext, call: Call): Typed {
  const [event, window] = [argument(call, 0), argument(call, 1)];
  if (event.type !== "string" || event.value === "") {
    return context.fail(event, "The event is not a text in quotes", { expected: 'an event, such as "view"' });
  }
  const ms = context.asNumber(window, "duration");
  const found = COUNT_WINDOWS.find(([known]) => ms.kind === "constant" && ms.value === known);
  if (found) return number("number", context.visit(countNode(event.value, found[0]), call), call);
  const near = ms.kind === "constant" ? nearestWindow(ms.value) : undefined;
  return context.fail(window, "Events are not counted for this window", {
    expected: `one of ${COUNT_WINDOWS.map(([, text]) => text).join(", ")}`,
    suggestion: near,
  });
}

function nearestWindow(ms: number): string {
  const distance = ([known]: readonly [number, string]) => Math.abs(Math.log(Math.max(ms, 1) / known));
  return COUNT_WINDOWS.reduce((near, next) => (distance(next) < distance(near) ? next : near))[1];
}

function checkIf(context: CheckContext, call: Call): Typed {
  const condition = context.asCondition(argument(call, 0));
  const branches = [argument(call, 1), argument(call, 2)];
  const type = branches.find(isNumeric)?.type ?? "number";
  const [then, otherwise] = branches.map((branch) => context.asNumber(branch, type)) as [
    NumberNode,
    NumberNode,
  ];
  return number(type, context.visit(choice(condition, then, otherwise), call), call);
}

/** A function whose arguments and result have one type: numbers, dates or durations. */
function sameTyped(name: NumberFunction): RuleFunction["check"] {
  return (context, call) => {
    const type = call.args.find(isNumeric)?.type ?? "number";
    const args = call.args.map((arg) => context.asNumber(arg, type));
    return number(type, context.visit(numberFunction(name, args), call), call);
  };
}

function ofNumber(name: NumberFunction): RuleFunction["check"] {
  return (context, call) => {
    const args = call.args.map((arg) => context.asNumber(arg, "number"));
    return number("number", context.visit(numberFunction(name, args), call), call);
  };
}
