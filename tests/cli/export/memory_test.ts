import { assert } from "@std/assert";
import { getHeapStatistics } from "node:v8";
import { garbageCollector } from "../../../cli/export/memory.ts";

const MB = 1 << 20;

function heap(): number {
  return getHeapStatistics().total_heap_size / MB;
}

/** Makes the heap larger by so much garbage. */
function waste(megabytes: number): void {
  const held = Array.from({ length: megabytes }, () => new Array(MB / 8));
  for (const array of held) array.fill(0);
}

Deno.test("garbageCollector() collects once the heap has grown by much, and not before", async () => {
  const collect = await garbageCollector();
  waste(100);
  collect();
  const least = heap();
  waste(20);
  const little = heap();
  collect();
  assert(heap() >= little, `${heap()} MB of ${little} MB are left`);
  waste(Math.ceil(Math.max(least, 60)));
  const much = heap();
  collect();
  assert(heap() < much - 60, `${heap()} MB of ${much} MB are left`);
});
