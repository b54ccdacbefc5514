/**
 * Drives a stepwise computation to its end without a pause, which a command may do and a Worker may not.
 *
 * @param answer What to send back for a step, e.g. the command to prune; nothing by default.
 */
export function runToEnd<Step, Result, Command>(
  steps: Generator<Step, Result, Command | undefined>,
  answer: (step: Step) => Command | undefined = () => undefined,
): Result {
  let step = steps.next();
  while (!step.done) step = steps.next(answer(step.value));
  return step.value;
}
