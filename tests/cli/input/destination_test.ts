import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../../cli/errors.ts";
import { Destination } from "../../../cli/input/destination.ts";
import type { InputPoint } from "../../../cli/input/fields.ts";
import { Leftovers } from "../../../cli/input/leftovers.ts";
import { parseOptions } from "../../../cli/options/parse.ts";
import { withDirectory } from "../../helpers/directory.ts";

const from = (...argv: string[]) =>
  Destination.fromOptions(parseOptions("post", argv));

let lines = 0;

function point(more: Partial<InputPoint> = {}): InputPoint {
  return { place: `line ${++lines}`, ts: 5, val: "5", ...more };
}

const T = { eventType: "throughput" };

/** Keys and event types of the points, and why the others are left. */
function address(destination: Destination, points: InputPoint[]) {
  lines = 0;
  const leftovers = new Leftovers();
  const addressed = destination.address(points, leftovers)
    .map(({ target, eventType }) => `${target} ${eventType}`);
  return [...addressed, ...leftovers.lines()];
}

Deno.test("Destination sends all points to --metadata-key, whatever the test that they come from", async () => {
  const one = await from("-k", "new");
  assertEquals(one.isEach, false);
  const row = { ...T, test: "a", key: "old" };
  assertEquals(address(one, [point(row), point(row)]), [
    "new throughput",
    "new throughput",
  ]);
  for (const other of [{ ...row, test: "b" }, T]) {
    assertThrows(
      () => address(one, [point(other)]),
      UsageError,
      "line 1 is of another test than line 1: leave --metadata-key out",
    );
  }
});

Deno.test("Destination sends each point to its own test, and leaves out the roll-ups and what archives do not know", async () => {
  const each = await from();
  assertEquals(each.isEach, true);
  assertEquals(
    address(each, [
      point({ ...T, key: "a" }),
      point({ eventType: "failures", key: "b" }),
      point({ ...T, key: "a", problem: "it is a roll-up" }),
      point({ eventType: "weather", key: "a" }),
    ]),
    [
      "a throughput",
      "b failures",
      "line 3: throughput of a at 1970-01-01 00:00:05: it is a roll-up",
      "line 4: weather of a at 1970-01-01 00:00:05: archives have no event type weather",
    ],
  );
  assertThrows(
    () => address(each, [point(T)]),
    UsageError,
    "--metadata-key is required, the key of the test, as post-metadata prints it: line 1 does not name its test",
  );
});

Deno.test("Destination sends each point to the new key in --keys, and to no other", async () => {
  await withDirectory(async (directory) => {
    const file = join(directory, "keys");
    await Deno.writeTextFile(file, "a new\n");
    assertEquals(
      address(await from("--keys", file), [
        point({ ...T, key: "a" }),
        point({ ...T, key: "new" }),
      ]),
      [
        "new throughput",
        "line 2: throughput of new at 1970-01-01 00:00:05: its test is not in the file of --keys",
      ],
    );
  });
});

Deno.test("Destination takes --event-type for points that name none, and refuses rows of another", async () => {
  for (const argv of [["-k", "a"], []]) {
    const given = await from(...argv, "-e", "throughput");
    assertEquals(
      address(given, [
        point({ key: "a" }),
        point({ key: "a", eventType: "failures" }),
      ]),
      ["a throughput", "a failures"],
    );
    assertThrows(
      () =>
        address(given, [point({ key: "a", test: "a", eventType: "failures" })]),
      UsageError,
      "line 1 is of failures, and --event-type is throughput: ",
    );
  }
});

Deno.test("Destination refuses options that contradict each other, or say nothing", async () => {
  const table: [argv: string[], message: string][] = [
    [["-k", ""], "--metadata-key is required"],
    [["-k", "a", "--keys", "x"], "--metadata-key and --keys both"],
    [["--keys", ""], "--keys: cannot read"],
    [["-e", "through"], "--event-type: through is not an event type"],
  ];
  for (const [argv, message] of table) {
    await assertRejects(() => from(...argv), UsageError, message);
  }
});
