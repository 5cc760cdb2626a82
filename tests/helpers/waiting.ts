/** Waiting for events: no test waits for time to pass where it can ask. */

/**
 * How long an event may take, in ms, before it is taken for one that never
 * happens: far more than it takes on the slowest machine.
 */
export const PATIENCE = 120_000;

/** Something that happens once. */
export class Event {
  readonly #promise: Promise<void>;
  #happen = () => {};

  constructor() {
    this.#promise = new Promise((resolve) => this.#happen = resolve);
  }

  happen(): void {
    this.#happen();
  }

  /** Waits for it; fails the test, naming it, if it never happens. */
  async happened(what: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what}: never`)), PATIENCE);
    });
    try {
      await Promise.race([this.#promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Asks until it is so; fails the test, naming it, if it never is. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const begun = performance.now();
  while (!await isSo()) {
    if (performance.now() - begun > PATIENCE) throw new Error(`${what}: never`);
    await pause(5);
  }
}

/** Lets time pass: for servers that are slow, and between two questions. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
