/** Decompresses gzip as it streams; reading no further stops the source, too. Throws what the platform throws for damaged input. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  const stream: ReadableStream<Uint8Array> = source.pipeThrough(new DecompressionStream("gzip"));
  for await (const chunk of stream) yield chunk;
}
