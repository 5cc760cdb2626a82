import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import {
  mergeSummaries,
  readDescriptions,
} from "../../../cli/input/descriptions.ts";

/** A test as an archive lists it. */
const LISTED = {
  "url": "http://ma.example/esmond/perfsonar/archive/0f/",
  "uri": "/esmond/perfsonar/archive/0f/",
  "metadata-key": "0f",
  "subject-type": "point-to-point",
  "source": "192.0.2.10",
  "destination": "192.0.2.20",
  "measurement-agent": "192.0.2.10",
  "tool-name": "powstream",
  "input-source": "a.example",
  "input-destination": "b.example",
  "time-duration": 30,
  "ip-tos": null,
  "event-types": [{
    "event-type": "packet-loss-rate",
    "base-uri": "/esmond/perfsonar/archive/0f/packet-loss-rate/base",
    "time-updated": 1456790400,
    "summaries": [{
      "uri": "/esmond/perfsonar/archive/0f/packet-loss-rate/aggregations/300",
      "summary-type": "aggregation",
      "summary-window": "300",
      "time-updated": null,
    }],
  }],
  "metadata-count-total": 1,
  "metadata-next-page": null,
  "metadata-previous-page": null,
};

const json = (more: Record<string, unknown> = {}) =>
  JSON.stringify({ ...LISTED, ...more });

const OPTIONS = {
  subjectType: "point-to-point",
  source: "192.0.2.10",
  destination: "192.0.2.20",
  measurementAgent: "192.0.2.10",
  toolName: "powstream",
  inputSource: "a.example",
  inputDestination: "b.example",
};

/** The only description, with its parameters as texts. */
function readOne(text: string) {
  const [described, ...others] = readDescriptions(text);
  assertEquals(others, []);
  const { parameters, ...rest } = described!;
  return {
    ...rest,
    parameters: parameters.map(([name, value]) =>
      `${name}: ${typeof value === "string" ? value : value.text}`
    ),
  };
}

Deno.test("readDescriptions() keeps all of a listed test but what the archive adds to it", () => {
  assertEquals(readOne(json()), {
    place: "",
    key: "0f",
    options: OPTIONS,
    eventTypes: ["packet-loss-rate"],
    summaries: [["packet-loss-rate", "aggregation", ["300"]]],
    parameters: ["time-duration: 30"],
    left: [],
  });
});

Deno.test("readDescriptions() keeps parameters digit for digit, whatever they are called", () => {
  const exact = `"rate": 1e9, "x": 1.0, "id": 12345678901234567890, ` +
    `"list": [1.50, {"a" :  null}], "constructor": "\\u00e9", "__proto__": ""`;
  assertEquals(
    readOne(`${json({ "time-duration": null }).slice(0, -1)}, ${exact}}`)
      .parameters,
    [
      `rate: 1e9`,
      `x: 1.0`,
      `id: 12345678901234567890`,
      `list: [1.50, {"a" :  null}]`,
      `constructor: "\\u00e9"`,
      `__proto__: ""`,
    ],
  );
});

Deno.test("readDescriptions() reads an object, a list, and one object per line, and says where each stands", () => {
  const [one, two] = [
    json({ "metadata-key": "1" }),
    json({ "metadata-key": "2" }),
  ];
  const indented = JSON.stringify(JSON.parse(one), null, 4);
  const table: [text: string, places: string[]][] = [
    [one, ["1 "]],
    [`\n${indented}\n`, ["1 "]],
    [`[${one},\n${indented}]`, ["1 description 1", "1 description 2"]],
    [`${one}\n${two}`, ["1 line 1", "2 line 2"]],
    [`\n${one}\r\n\r\n${two}\r\n`, ["1 line 2", "2 line 4"]],
  ];
  for (const [text, places] of table) {
    assertEquals(
      readDescriptions(text).map(({ key, place }) => `${key} ${place}`),
      places,
    );
  }
});

Deno.test("readDescriptions() takes the addresses for what the tester wrote, where an archive does not know", () => {
  const without = { "input-source": null, "input-destination": null };
  const { inputSource, inputDestination } = readOne(json(without)).options;
  assertEquals([inputSource, inputDestination], ["192.0.2.10", "192.0.2.20"]);
});

Deno.test("readDescriptions() leaves out what archives list, and do not take, and names it", () => {
  const { options, eventTypes, summaries, left } = readOne(json({
    "subject-type": "network-element",
    "destination": null,
    "event-types": [
      { "event-type": "streams-retransmits", "summaries": [] },
      {
        "event-type": "throughput",
        "summaries": [
          { "summary-type": "statistics", "summary-window": 300 },
          { "summary-type": "average", "summary-window": 300 },
        ],
      },
    ],
  }));
  assertEquals(options.inputDestination, undefined);
  assertEquals(eventTypes, ["throughput"]);
  assertEquals(summaries, [["throughput", "average", ["300"]]]);
  assertEquals(left, [
    "input-destination (of a network-element)",
    "the event type streams-retransmits",
    "the statistics of throughput",
  ]);
  // What somebody has typed is a mistake, not left out.
  const typed = readOne(json({
    "metadata-key": null,
    "event-types": [{ "event-type": "throughputt" }],
  }));
  assertEquals([typed.eventTypes, typed.left], [["throughputt"], undefined]);
});

Deno.test("readDescriptions() refuses what is no description, with the line", () => {
  const table: [text: string, message: string][] = [
    ["", "there is no description of a test in the input"],
    [" \n", "there is no description of a test in the input"],
    ['{"source": "a", "source": "b"}', "the description has source twice"],
    [`${json()}\n{"a": 1, "a": 1}`, "line 2 has a twice"],
    ["[]", "there is no description of a test in the input"],
    ["5", "the input is not a description: it has to be a JSON object"],
    [`[${json()}, 5]`, "description 2 is not a description"],
    [`${json()}\n5\n`, "line 2 is not a description"],
    [`${json()}\n\n{"a": \n`, "line 3 of the descriptions is not JSON"],
    [`{\n"a": x\n}`, "line 2 of the description is not JSON"],
    [
      `${json()}\n${json({ "event-types": [{}] })}`,
      "line 2: an event type of the description has no event-type",
    ],
    [
      json({ "event-types": "throughput" }),
      "event-types of the description has to be a list of objects",
    ],
  ];
  for (const [text, message] of table) {
    assertThrows(() => readDescriptions(text), UsageError, message);
  }
});

Deno.test("mergeSummaries() gathers the windows of each kind, each once", () => {
  assertEquals(
    mergeSummaries([
      ["a", "average", ["300"]],
      ["a", "aggregation", ["300"]],
      ["a", "average", ["300", "3600"]],
      ["b", "average", ["5"]],
    ]),
    [
      ["a", "average", ["300", "3600"]],
      ["a", "aggregation", ["300"]],
      ["b", "average", ["5"]],
    ],
  );
});
