import { assert, assertEquals, assertThrows } from "@std/assert";
import { randomFor } from "../../archive/sample_network.ts";
import { routeChanges } from "../../insight/route_changes.ts";
import { lettersOf, times, tracesFrom } from "./routing.ts";

/** Where the routes of these traces change; each text is one trace. */
function changes(texts: Iterable<string>, settle?: number): number[] {
  return routeChanges(tracesFrom(texts), { settle }).map(({ index }) => index);
}

Deno.test("the reference's routes of one hop, with 8 traces a side", () => {
  assertEquals(changes([...times(8, "A"), ...times(8, "B")]), [8]);
  assertEquals(changes("ABBABAABABBABAAB"), []);
  assertEquals(changes([...times(8, "A"), ...times(8, "*")]), []);
  assertEquals(changes([...times(9, "A"), "B", "B", ...times(9, "A")]), []);
  assertEquals(changes("AA*AAA*AB*BBBBBB"), [8]);
  assertEquals(changes("ABABBABACDDCDCCD"), [8]);
  assertEquals(changes([...times(8, "A"), "*", ...times(8, "B")]), [9]);
});

Deno.test("the time of a change is that of its first trace, its hops are those of both sides", () => {
  const [change] = routeChanges(
    tracesFrom([...times(8, "ABCD"), "A***", ...times(8, "AXYCD")]),
  );
  assertEquals([change?.time, change?.index], [9 * 600, 9]);
  assertEquals(lettersOf(change!.before), "A B C D");
  assertEquals(lettersOf(change!.after), "A X Y C D");
  assertEquals(lettersOf(change!.removed), "B");
  assertEquals(lettersOf(change!.added), "X Y");
});

Deno.test("of boundaries side by side the one counts at which most changes", () => {
  // A trace that was made meanwhile has the old second hop and a new third.
  assertEquals(
    changes([...times(10, "ABCDE"), "ABXYE", ...times(10, "AUXYE")]),
    [10],
  );
  assertEquals(
    changes([...times(10, "ABCDE"), "AUCDE", ...times(10, "AUXYE")]),
    [11],
  );
});

Deno.test("a hop that is balanced, and one more hop before it", () => {
  const before = times(12, "").map((_, at) => at % 2 ? "ABD" : "ACD");
  const after = times(12, "").map((_, at) => at % 3 ? "AXBD" : "AXCD");
  const [change, ...others] = routeChanges(tracesFrom([...before, ...after]));
  assertEquals(others, []);
  assertEquals(change?.index, 12);
  assertEquals(lettersOf(change!.removed), "");
  assertEquals(lettersOf(change!.added), "X");
});

Deno.test("there and back are two changes", () => {
  const texts = [...times(10, "AB"), ...times(10, "AC"), ...times(10, "AB")];
  assertEquals(changes(texts), [10, 20]);
});

Deno.test("each side needs answers of half of its traces", () => {
  assertEquals(changes("AAAAAAAA****BBBB"), [12]);
  assertEquals(changes("AAAAAAAA*****BBB"), []);
  assertEquals(changes("AAA*****BBBBBBBB"), []);
  assertEquals(changes("AAAB", 1), [3]);
  assertEquals(changes("ABC", 1), [1]);
  assertEquals(changes("AA*BB", 2), [3]);
});

Deno.test("hops that go missing in some traces cause no change", () => {
  const texts = times(60, "").map((_, at) => at % 7 ? "ABCD" : "AB*D");
  assertEquals(changes(texts), []);
  const cut = times(60, "").map((_, at) => at % 5 ? "ABCD" : "AB");
  assertEquals(changes(cut), []);
  assertEquals(changes(times(60, "").map((_, at) => at % 5 ? "ABCD" : "")), []);
});

Deno.test("packets balanced over several ways, each trace another, are one route", () => {
  const random = randomFor("ways");
  for (const ways of [2, 3, 4, 8, 16]) {
    const texts = times(1000, "").map(() =>
      `A${"BCDEFGHIJKLMNOPQ"[Math.floor(random() * ways)]}F`
    );
    assertEquals(changes(texts), [], `${ways} ways`);
  }
});

Deno.test("an old route that comes back is a change, also after a short while or a detour", () => {
  const [a, b] = ["A", "B"];
  assertEquals(
    changes([...times(4, a), ...times(8, b), ...times(8, a)]),
    [12],
  );
  assertEquals(
    changes([...times(40, a), ...times(8, b), ...times(40, a), ...times(8, b)]),
    [40, 48, 88],
  );
  assertEquals(
    changes([...times(30, a), b, b, ...times(30, a), ...times(20, b)]),
    [62],
  );
  // However long the detour was, and though it was not the only one.
  assertEquals(
    changes([
      ...times(12, a),
      ...times(4, b),
      ...times(12, a),
      ...times(12, b),
    ]),
    [28],
  );
  assertEquals(
    changes([...times(20, a), ...times(7, b), ...times(8, a), ...times(8, b)]),
    [35],
  );
  const often = [...times(12, a), ...times(4, b)];
  assertEquals(
    changes([...often, ...often, ...often, ...times(12, a), ...times(12, b)]),
    [60],
  );
});

Deno.test("every boundary has been looked at: the windows that slide see what others see", () => {
  const random = randomFor("boundaries");
  let found = 0;
  for (let run = 0; run < 400; run++) {
    const settle = 2 + Math.floor(random() * 3);
    // Up to twice as many more, earlier traces do not count.
    const texts = times(4 * settle - 1, "").map((_, at) => {
      const letters = at < 2 * settle ? "AAAB*" : "BCCC*";
      return [1, 2, 3].map(() => letters[Math.floor(random() * 5)]).join("");
    });
    const expected = boundaries(texts, settle);
    assertEquals(changes(texts, settle), expected, texts.join(" "));
    found += expected.length;
  }
  assert(found > 100);
});

/** The reference's rule, word for word. */
function boundaries(texts: string[], settle: number): number[] {
  const changed = texts.map((_, at) => {
    if (at < settle || at + settle > texts.length) return [];
    return [0, 1, 2].filter((ttl) => {
      const answers = (side: string[]) =>
        side.map((text) => text[ttl]!).filter((letter) => letter !== "*");
      const before = answers(texts.slice(at - settle, at));
      const after = answers(texts.slice(at, at + settle));
      return Math.min(before.length, after.length) >= Math.ceil(settle / 2) &&
        !before.some((letter) => after.includes(letter));
    });
  });
  const places: number[] = [];
  for (let at = 0; at < changed.length; at++) {
    let best = at;
    while (changed[at]!.length > 0) {
      if (changed[at]!.length > changed[best]!.length) best = at;
      at++;
    }
    const ttls = changed[best]!;
    if (ttls.length === 0) continue;
    places.push(
      texts.findIndex((text, from) =>
        from >= best && ttls.some((ttl) => text[ttl] !== "*")
      ),
    );
  }
  return places;
}

Deno.test("fewer traces than on two sides have no change", () => {
  assertEquals(changes([]), []);
  assertEquals(changes(["A"]), []);
  assertEquals(changes(["A", "B"]), []);
  assertEquals(changes([...times(8, "A"), ...times(7, "B")]), []);
  assertEquals(changes(times(20, "")), []);
});

Deno.test("settle is a whole number above 0", () => {
  for (const settle of [0, -1, 2.5, NaN]) {
    assertThrows(() => routeChanges([], { settle }), RangeError, "settle");
  }
});

Deno.test("10,000 traces take no noticeable time, whatever changes", () => {
  const texts = times(10_000, "").map((_, at) =>
    Math.floor(at / 20) % 2 ? "ABCDEFGHIJ" : "ABXYEFGHIJ"
  );
  const traces = tracesFrom(texts);
  const start = performance.now();
  assertEquals(routeChanges(traces).length, 499);
  const seconds = (performance.now() - start) / 1000;
  // On a quiet machine a twentieth of it.
  assert(seconds < 5, `${seconds} s`);
});
