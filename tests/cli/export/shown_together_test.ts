import { assertEquals } from "@std/assert";
import { Progress } from "../../../cli/export/progress.ts";
import { ShownTogether } from "../../../cli/export/shown_together.ts";
import { MINUTE, state } from "./states.ts";

Deno.test("ShownTogether shows exports as one, and says which a line is of", () => {
  let [now, text] = [0, ""];
  const progress = new Progress({
    ...{ isTerminal: false, colors: false, isQuiet: false },
    ...{ width: () => 80, write: (each) => text += each, now: () => now },
  });
  const pass = () => {
    text = "";
    now += MINUTE;
    progress.tick();
    return text;
  };
  const together = new ShownTogether(progress, 3);
  const [one, other] = [together.of("one"), together.of("other")];
  const first = state({});
  one.start(first);
  assertEquals(pass(), "listing tests, 1 min\n");
  Object.assign(first, { series: 10, done: 5, points: 50, bytes: 1e6 });
  other.start(state({ series: 10, done: 5, points: 7, failed: 1, retries: 2 }));
  // How long the third takes is unknown.
  assertEquals(
    pass(),
    "10 of 20 series, 57 points, 1.0 MB, 2 min, 2 retries, 1 failed\n",
  );
  assertEquals([one.elapsed, other.elapsed], [2 * MINUTE, MINUTE]);
  together.of("third").stop(); // had nothing
  first.done = 6;
  assertEquals(pass().includes("left"), true);
  one.stop();
  text = "";
  one.note("done");
  assertEquals(text, "one: done\n");
  other.stop();
  progress.stop();
  assertEquals(pass(), "");
});
