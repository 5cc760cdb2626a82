import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { type Known, withCounts } from "../../../cli/input/loss.ts";
import { readPoints } from "../../../cli/input/points.ts";
import { TS } from "./reading.ts";

const RATE = "packet-loss-rate";

async function counted(rows: string[], known: Known = {}): Promise<unknown[]> {
  const text = `ts,event_type,val\n${rows.join("\n")}\n`;
  return withCounts(await readPoints(text), known)
    .map(({ val }) => JSON.parse(val));
}

const counts = (numerator: number, denominator: number) => ({
  numerator,
  denominator,
});

Deno.test("withCounts() takes the packets of the same second, wherever they stand in the input", async () => {
  assertEquals(
    await counted([
      `${TS},${RATE},0.01`,
      `${TS},packet-count-sent,600`,
      `${TS + 60},packet-count-sent,300`,
      `${TS + 60},${RATE},0.33666666666666667`,
      `${TS + 60},${RATE}-bidir,1.0`,
      `${TS + 60},packet-count-lost,5`,
    ], { sent: 7 }),
    [counts(6, 600), 600, 300, counts(101, 300), counts(300, 300), 5],
  );
});

Deno.test("withCounts() takes the number that is given for all others", async () => {
  assertEquals(
    await counted([`${TS},${RATE},0.25`, `${TS + 1},,0`, `${TS + 2},,1e-2`], {
      eventType: RATE,
      sent: 100,
    }),
    [counts(25, 100), counts(0, 100), counts(1, 100)],
  );
});

Deno.test("withCounts() leaves counts, and all other event types, as they are", async () => {
  const given = `"{""numerator"": 1, ""denominator"": 3}"`;
  assertEquals(
    await counted(
      [`${TS},${RATE},${given}`, `${TS},time-error-estimates,0.5`],
      {
        sent: 10,
      },
    ),
    [counts(1, 3), 0.5],
  );
});

Deno.test("withCounts() gives back every rate that an archive makes of counts", async () => {
  for (const sent of [1, 3, 7, 10, 600, 18_000, 1_000_003]) {
    for (const lost of [0, 1, sent >> 1, sent - 1, sent]) {
      const rate = JSON.stringify(lost / sent);
      assertEquals(
        await counted([`${TS},${RATE},${rate}`], { sent }),
        [counts(lost, sent)],
      );
    }
  }
});

Deno.test("withCounts() refuses a rate without packets, or that does not fit their number", async () => {
  const table: [val: string, sent: number | undefined, message: string][] = [
    ["0.01", undefined, "--sent N"],
    ["0", undefined, "packet-count-sent"],
    [
      "0.015",
      100,
      "line 2: a loss rate of 0.015 is not a number of lost packets out of 100",
    ],
    ["0", 0, "out of 0"],
    ["1e999", 5, "1e999"],
  ];
  for (const [val, sent, message] of table) {
    const points = await readPoints(`ts,val\n${TS},${val}\n`);
    assertThrows(
      () => withCounts(points, { eventType: RATE, sent }),
      UsageError,
      message,
    );
  }
});
