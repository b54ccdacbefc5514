import type { Breathe } from "#engine/data/breathe.ts";
import type { MadeArtifact } from "#storage/artifact-store.ts";

/** The chunks of a stream, in order. Leaving the loop early cancels the stream. */
export async function* bytesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel();
  }
}

/** An artifact whose writer breathes between chunks, so that it ends when its claim is void. */
export function breathing({ bytes, chunks }: MadeArtifact, breathe: Breathe): MadeArtifact {
  const breathed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      await breathe();
      yield chunk;
    }
  };
  return { bytes, chunks: breathed() };
}
