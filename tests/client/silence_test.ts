import { assert, assertRejects } from "@std/assert";
import { ArchiveTimeoutError } from "../../client/errors.ts";
import { Silence } from "../../client/silence.ts";

Deno.test("Silence that is due already ends without a warning of the platform", async () => {
  const { setTimeout } = globalThis;
  const delays: number[] = [];
  globalThis.setTimeout = ((work: () => void, delay = 0) => {
    delays.push(delay);
    return setTimeout(work, delay);
  }) as typeof setTimeout;
  try {
    const abort = new AbortController();
    const ended = new Promise((_, reject) =>
      abort.signal.addEventListener("abort", () => reject(abort.signal.reason))
    );
    new Silence(Number.MIN_VALUE, abort, { url: "http://a", received: 0 });
    await assertRejects(() => ended, ArchiveTimeoutError);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assert(delays.length > 0 && delays.every((delay) => delay >= 0), `${delays}`);
});
