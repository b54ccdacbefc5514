/** Progress on stderr: a bar that redraws itself on a terminal, a line per stage elsewhere. Stdout stays free for results. */
export interface Progress {
  /** Begins a stage, e.g. "Tuning". */
  stage(name: string): void;
  /** @param share 0 … 1. */
  update(share: number, detail: string): void;
  /** Ends the stage and prints this line. */
  done(line: string): void;
}

/** The part of stderr that progress uses. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const BAR_WIDTH = 28;

export function createProgress(stream: ProgressStream): Progress {
  let stage = "";
  const draw = (text: string) => {
    if (stream.isTTY) stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 100) - 1)}`);
  };
  return {
    stage(name) {
      stage = name;
      if (stream.isTTY) draw(`${stage} …`);
      else stream.write(`${stage} …\n`);
    },
    update(share, detail) {
      const filled = Math.round(Math.min(Math.max(share, 0), 1) * BAR_WIDTH);
      draw(`${stage} ${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} ${detail}`);
    },
    done(line) {
      draw("");
      stream.write(`${line}\n`);
    },
  };
}
