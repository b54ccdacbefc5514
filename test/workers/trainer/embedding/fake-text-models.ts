import type { TextModels } from "#trainer/embedding/text-model.ts";

/** A stand-in for Workers AI: a vector by the words of a text, the same each time. It records the texts of each call. */
export class FakeTextModels implements TextModels {
  readonly calls: { readonly model: string; readonly texts: readonly string[] }[] = [];
  /** What the next calls answer or throw instead, in order; undefined for a usual answer. */
  readonly next: (object | undefined)[] = [];
  readonly #width: number;

  constructor(width = 384) {
    this.#width = width;
  }

  async run(model: string, { text }: { readonly text: string[] }): Promise<unknown> {
    this.calls.push({ model, texts: text });
    const special = this.next.shift();
    if (special instanceof Error) throw special;
    return special ?? { shape: [text.length, this.#width], data: text.map((one) => this.vectorOf(one)) };
  }

  get texts(): string[] {
    return this.calls.flatMap(({ texts }) => texts);
  }

  /** One number for each word, at a place that the word decides. */
  vectorOf(text: string): number[] {
    const vector = new Array<number>(this.#width).fill(0);
    for (const word of text.toLowerCase().split(/\W+/)) {
      if (word === "") continue;
      let hash = 7;
      for (const letter of word) hash = (31 * hash + (letter.codePointAt(0) ?? 0)) % 1_000_003;
      vector[hash % this.#width] = 1;
    }
    return vector;
  }
}

/** A bucket in memory. */
export class FakeVectorStore {
  readonly objects = new Map<string, Uint8Array<ArrayBuffer>>();

  async get(key: string) {
    const bytes = this.objects.get(key);
    return bytes ? { arrayBuffer: async () => bytes.slice().buffer } : null;
  }

  async put(key: string, bytes: Uint8Array<ArrayBuffer>) {
    this.objects.set(key, bytes.slice());
  }
}
