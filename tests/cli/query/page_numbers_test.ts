import { assertEquals } from "@std/assert";
import { eachNumber, timesOf } from "../../../cli/query/page_numbers.ts";
import { fc } from "../../packages/fast_check.ts";
import { pageOf, pages } from "../output/pages.ts";

Deno.test("eachNumber and timesOf give what the objects of a page hold, in all kinds of pages", () => {
  fc.assert(
    fc.property(pages, (texts) => {
      for (const page of texts.map(pageOf)) {
        // Objects have no time that a calendar does not know.
        if ([...timesOf(page)].some((time) => Math.abs(time) > 6e10)) continue;
        const points = page.points(0, page.length);
        const found: [number, number][] = [];
        eachNumber(page, (second, value) => found.push([second, value]));
        assertEquals(
          found,
          points.map(({ tsEpoch, val }): [number, number] => [
            tsEpoch,
            typeof val === "number" ? val : NaN,
          ]),
        );
        assertEquals(
          [...timesOf(page)],
          points.map(({ tsEpoch }) => tsEpoch),
        );
      }
    }),
    { seed: 28, numRuns: 500 },
  );
});
