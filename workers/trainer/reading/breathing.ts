import type { Breathe } from "#engine/data/breathe.ts";
import type { MadeArtifact } from "#storage/artifact-store.ts";

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
