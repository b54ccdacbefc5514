/** The compute plane: takes work from the queues. Every decision is in the jobs and the consumers. */
import { jobMessage } from "#jobs/messages.ts";
import type { TrainerBindings } from "./bindings.ts";
import { compositionOf } from "./composition.ts";
import { consume } from "./consume.ts";

// biome-ignore lint/style/noDefaultExport: the Workers runtime takes the default export as the entry point
export default {
  async queue(batch, env): Promise<void> {
    const { deps, deadLetters } = compositionOf(env);
    for (const message of batch.messages) {
      const parsed = jobMessage.safeParse(message.body);
      if (!parsed.success) {
        await deadLetters.send({
          queue: batch.queue,
          body: message.body,
          problem: parsed.error.message,
        });
        message.ack();
        continue;
      }
      await consume(deps, parsed.data);
      message.ack();
    }
  },
} satisfies ExportedHandler<TrainerBindings>;
