import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import type { AddressedPoint } from "../../../cli/input/destination.ts";
import { Leftovers } from "../../../cli/input/leftovers.ts";
import { LossRates } from "../../../cli/input/loss.ts";
import { pointsOf, TS } from "./reading.ts";

const RATE = "packet-loss-rate";

/** An archive with these counts, of any test. */
interface Given {
  sent?: number;
  stored?: Record<number, string>;
  /** Whether the points come from an export. */
  areRows?: boolean;
}

function begin({ sent, stored = {} }: Given) {
  const leftovers = new Leftovers();
  const asked: unknown[] = [];
  const rates = new LossRates({
    ...{ sent, leftovers },
    stored: (...series) => {
      asked.push(series);
      const found = Object.entries(stored)
        .map(([ts, val]): [number, string] => [Number(ts), val]);
      return Promise.resolve(new Map(found));
    },
  });
  return { rates, leftovers, asked };
}

async function addressed(
  rows: string[],
  { areRows = true }: Given = {},
): Promise<AddressedPoint[]> {
  const points = await pointsOf(`ts,event_type,val\n${rows.join("\n")}\n`);
  return points.map((point) => ({
    ...point,
    target: "k",
    eventType: point.eventType ?? RATE,
    ...(areRows ? { test: "t" } : {}),
  }));
}

/** The values of an input that is one batch. */
async function counted(rows: string[], given: Given = {}): Promise<unknown[]> {
  const { rates, leftovers } = begin(given);
  const settled = await rates.settle(await addressed(rows, given), true);
  assertEquals(leftovers.lines(), []);
  assertEquals(await Array.fromAsync(rates.rest()), []);
  return settled.map(({ val }) => JSON.parse(val));
}

const counts = (numerator: number, denominator: number) => ({
  numerator,
  denominator,
});

Deno.test("LossRates takes the packets of the same second, wherever they stand in the input", async () => {
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

Deno.test("LossRates takes the packets that the archive has, and then the number that is given", async () => {
  assertEquals(
    await counted([`${TS},${RATE},0.25`, `${TS + 1},,0`, `${TS + 2},,1e-2`], {
      stored: { [TS]: "400.0" },
      sent: 100,
    }),
    [counts(100, 400), counts(0, 100), counts(1, 100)],
  );
});

Deno.test("LossRates leaves counts, and all other event types, as they are, and asks nothing", async () => {
  const { rates, asked } = begin({ sent: 10 });
  const given = `"{""numerator"": 1, ""denominator"": 3}"`;
  const points = await addressed([
    `${TS},${RATE},${given}`,
    `${TS},time-error-estimates,0.5`,
  ]);
  for (const isLast of [true, false]) {
    assertEquals(await rates.settle(points, isLast), points);
  }
  assertEquals(asked, []);
});

Deno.test("LossRates gives back every rate that an archive makes of counts", async () => {
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

Deno.test("LossRates lets rates wait for counts that come later, which are stored by then", async () => {
  const stored: Record<number, string> = {};
  const { rates, leftovers, asked } = begin({ stored });
  const first = [
    `${TS},${RATE},0.5`,
    `${TS + 1},${RATE},0.25`,
    `${TS},failures,5`,
  ];
  const points = await addressed(first);
  points[1]!.place = "a b.csv: line 3";
  const now = await rates.settle(points, false);
  assertEquals(now.map(({ eventType }) => eventType), ["failures"]);
  const then = [`${TS},packet-count-sent,4`, `${TS + 1},packet-count-sent,4`];
  await rates.settle(await addressed(then), true);
  Object.assign(stored, { [TS]: "4.0", [TS + 1]: "4.0" });
  const rest = (await Array.fromAsync(rates.rest())).flat();
  assertEquals(
    rest.map(({ place, ts, val }) => [place, ts, JSON.parse(val)]),
    [["line 2", TS, counts(2, 4)], ["a b.csv: line 3", TS + 1, counts(1, 4)]],
  );
  assertEquals(leftovers.count, 0);
  const ask = ["k", "packet-count-sent", [TS, TS + 1]];
  assertEquals(asked, [ask, ask]);
});

Deno.test("LossRates leaves out the rates of an export that have no counts or do not fit them, and says what to do", async () => {
  const { rates, leftovers } = begin({
    stored: { [TS]: "100.0", [TS + 1]: "0.0" },
  });
  const settled = await rates.settle(
    await addressed([
      ...[`${TS},${RATE},0.015`, `${TS + 1},${RATE},0`, `${TS + 2},${RATE},0`],
      ...[`${TS},${RATE},0.01`, `${TS + 3},${RATE},0`, `${TS},${RATE},-0.5`],
    ]),
    true,
  );
  assertEquals(settled.map(({ val }) => JSON.parse(val)), [counts(1, 100)]);
  assertEquals(leftovers.lines(), [
    `line 2: ${RATE} at 2016-03-01 00:00:00: a loss rate of 0.015 is not a number of lost packets out of 100; the same of line 3 at 2016-03-01 00:00:01, line 7 at 2016-03-01 00:00:00`,
    `line 4: ${RATE} at 2016-03-01 00:00:02: a loss rate is stored as { numerator, denominator }: add the points of packet-count-sent to the input, or give --sent N, the number of packets of each; the same of line 6 at 2016-03-01 00:00:03`,
  ]);
});

Deno.test("LossRates takes the number that is given for no rate of a series that has one it does not fit", async () => {
  const rows = [
    ...[`${TS},${RATE},0`, `${TS + 1},${RATE},0.015`, `${TS + 2},${RATE},0`],
    ...[`${TS},${RATE}-bidir,0`, `${TS + 1},${RATE}-bidir,0.5`],
  ];
  const misfit =
    `line 2: ${RATE} at 2016-03-01 00:00:00: a loss rate of 0.015 is not a number of lost packets out of 100; the same of line 3 at 2016-03-01 00:00:01, line 4 at 2016-03-01 00:00:02`;
  for (const isLast of [true, false]) {
    const { rates, leftovers } = begin({ sent: 100 });
    const settled = await rates.settle(await addressed(rows), isLast);
    settled.push(...(await Array.fromAsync(rates.rest())).flat());
    assertEquals(
      settled.map(({ eventType, val }) => [eventType, JSON.parse(val)]),
      [[`${RATE}-bidir`, counts(0, 100)], [`${RATE}-bidir`, counts(50, 100)]],
    );
    assertEquals(leftovers.lines(), [misfit]);
  }
});

Deno.test("LossRates refuses rates that do not come from an export", async () => {
  const table: [val: string, given: Given, message: string][] = [
    ["0.01", {}, "line 2: a loss rate is stored as "],
    ["0", {}, "--sent N"],
    [
      "0.015",
      { sent: 100 },
      "line 2: a loss rate of 0.015 is not a number of lost packets out of 100",
    ],
    ["0", { sent: 0 }, "out of 0"],
    ["1e999", { sent: 5 }, "1e999"],
    ["0", { stored: { [TS]: "0.0" }, sent: 5 }, "out of 0"],
  ];
  for (const [val, given, message] of table) {
    await assertRejects(
      () => counted([`${TS},${RATE},${val}`], { ...given, areRows: false }),
      UsageError,
      message,
    );
  }
});

Deno.test("LossRates stores rates that no number of packets gives otherwise, if that is wanted", async () => {
  const leftovers = new Leftovers();
  const rates = new LossRates({
    leftovers,
    sent: 10,
    stored: () => Promise.resolve(new Map()),
    otherwise: (rate) =>
      rate === "0.25" ? '{"numerator": 1, "denominator": 4}' : undefined,
  });
  const points = await addressed([
    `${TS},${RATE},0.1`,
    `${TS + 60},${RATE},0.25`,
    `${TS + 120},${RATE},0.77`,
  ]);
  const settled = await rates.settle(points, true);
  assertEquals(settled.map(({ val }) => JSON.parse(val)), [counts(1, 4)]);
  assertEquals(leftovers.count, 2);
});
