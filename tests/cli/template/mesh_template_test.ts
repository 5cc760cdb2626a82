import { assertEquals } from "@std/assert";
import { Aliases, MOST_NAMES } from "../../../cli/template/aliases.ts";
import { MeshTemplate } from "../../../cli/template/mesh_template.ts";
import { ApiConnect, type Metadata } from "../../../mod.ts";
import { json, withServer } from "../../servers/serve.ts";
import { BOTH, expand, type Made, mesh } from "./templates.ts";

/** The template of a mesh. */
function templateOf(changes: Made = {}): MeshTemplate {
  return new MeshTemplate(expand(mesh(changes)).tests);
}

/** A throughput test from alpha to beta, as an archive describes it. */
const TEST = {
  source: "192.0.2.10",
  destination: "192.0.2.20",
  "input-source": "alpha.example",
  "input-destination": "beta.example",
  "tool-name": "pscheduler/iperf3",
  "ip-transport-protocol": "tcp",
  "pscheduler-test-type": "throughput",
  "event-types": [{ "event-type": "throughput" }],
};

/** The tests that an archive describes so. */
async function listed(
  ...tests: Record<string, unknown>[]
): Promise<Metadata[]> {
  let found: Metadata[] = [];
  await withServer(
    () => json(tests.map((each) => ({ ...TEST, ...each }))),
    async (origin) => {
      found = await Array.fromAsync(new ApiConnect(origin).getMetadata());
    },
  );
  return found;
}

/** Whether the template has the test that an archive describes so. */
async function isFound(
  fields: Record<string, unknown>,
  template = templateOf(),
): Promise<boolean> {
  const [test] = await listed(fields);
  return template.find(test!).length > 0;
}

Deno.test("a test is found by the names or the addresses of its hosts", async () => {
  assertEquals(await isFound({}), true);
  assertEquals(await isFound({ "input-source": "ALPHA.example." }), true);
  assertEquals(await isFound({ "input-destination": "delta.example" }), false);
  const ends = { "input-source": undefined, "input-destination": undefined };
  assertEquals(await isFound(ends), false);
  const byAddress = templateOf({
    addresses: {
      alpha: { address: "192.0.2.10" },
      beta: { address: "2001:DB8::0:20" },
      gamma: { address: "192.0.2.30" },
    },
  });
  assertEquals(
    await isFound({ ...ends, destination: "2001:db8::20" }, byAddress),
    true,
  );
});

/** The names of a service, which counts what it is asked for. */
class Names {
  readonly asked: string[] = [];

  constructor(readonly known: Record<string, string[]>) {}

  addresses(name: string): Promise<string[]> {
    this.asked.push(name);
    return Promise.resolve(this.known[name] ?? []);
  }
}

/** The template of a mesh that may ask a service for names. */
function asking(
  service: Names,
  changes: Made = {},
  note: (line: string) => void = () => {},
): MeshTemplate {
  const { tests } = expand(mesh(changes));
  return new MeshTemplate(tests, { aliases: new Aliases(service, note) });
}

const NO_INPUT = { "input-source": undefined, "input-destination": undefined };

Deno.test("a host that the template has by name, and the archive by address, is found by looking up names, each once", async () => {
  const service = new Names({
    "alpha.example": ["192.0.2.10", "2001:DB8::0:10"],
    "beta.example": ["192.0.2.20", "2001:db8::20"],
  });
  const template = asking(service);
  const over6 = { source: "2001:db8::10", destination: "2001:db8::20" };
  const tests = await listed(
    NO_INPUT,
    { ...NO_INPUT, ...over6 },
    { ...NO_INPUT, source: "192.0.2.30" },
    { ...NO_INPUT, "input-source": "ps" },
  );
  const found = () => tests.map((test) => template.find(test).length);
  assertEquals(found(), [0, 0, 0, 0]);
  await Promise.all(tests.map((test) => template.learn(test)));
  assertEquals(found(), [1, 1, 0, 1]);
  assertEquals(service.asked.sort(), [
    ...["alpha.example", "beta.example", "gamma.example"],
  ]);
});

Deno.test("a host that the archive has by name, and the template by address, is found so, too", async () => {
  const service = new Names({ "ps.alpha.example": ["192.0.2.10"] });
  const template = asking(service, {
    addresses: {
      alpha: { address: "192.0.2.10" },
      beta: { address: "192.0.2.20" },
      gamma: { address: "192.0.2.30" },
    },
  });
  const [test] = await listed({ ...NO_INPUT, source: "ps.alpha.example" });
  await template.learn(test!);
  assertEquals(template.find(test!).length, 1);
  assertEquals(service.asked, ["ps.alpha.example"]);
});

Deno.test("names are not looked up where what is said is enough, or the template has no such tests", async () => {
  const service = new Names({ "gamma.example": ["192.0.2.10"] });
  const template = asking(service);
  const [known, other] = await listed(
    {},
    { ...NO_INPUT, "pscheduler-test-type": "rtt" },
  );
  await template.learn(known!);
  await template.learn(other!);
  assertEquals(service.asked, []);
  // What is said counts, whatever a name service knows besides.
  await template.learn((await listed(NO_INPUT))[0]!);
  assertEquals(service.asked.length, 3);
  assertEquals(template.find(known!).map(({ source }) => source.name), [
    "ALPHA",
  ]);
});

Deno.test("no more names are looked up than is allowed, which is said once", async () => {
  const service = new Names({});
  const notes: string[] = [];
  const aliases = new Aliases(service, (line) => notes.push(line));
  const names = Array.from({ length: MOST_NAMES + 2 }, (_, at) => `${at}.test`);
  await aliases.learn([...names, "192.0.2.1", undefined]);
  await aliases.learn(names);
  assertEquals(service.asked.length, MOST_NAMES);
  assertEquals(notes.length, 1);
});

Deno.test("a test is found by its type, or by what it measures", async () => {
  assertEquals(await isFound({ "pscheduler-test-type": "rtt" }), false);
  assertEquals(await isFound({ "pscheduler-test-type": undefined }), true);
  const untold = (name: string) => ({
    "pscheduler-test-type": undefined,
    "event-types": [{ "event-type": name }],
  });
  for (
    const [name, type] of [
      ["packet-loss-rate", "latencybg"],
      ["histogram-owdelay", "latency"],
      ["histogram-rtt", "rtt"],
      ["packet-trace", "trace"],
      ["path-mtu", "mtu"],
    ] as const
  ) {
    const template = templateOf({ tests: { tcp: { type, spec: BOTH } } });
    assertEquals(await isFound(untold(name), template), true, name);
    assertEquals(await isFound(untold("throughput"), template), false, name);
  }
});

Deno.test("what the template says of family, tool and parameters has to fit", async () => {
  const template = templateOf({
    tests: {
      tcp: {
        type: "throughput",
        spec: {
          ...BOTH,
          ...{ "ip-version": 4, udp: true, parallel: 2, bandwidth: "50M" },
        },
      },
    },
    tasks: {
      speed: {
        ...{ group: "all", test: "tcp", archives: ["one"] },
        tools: ["nuttcp", "iperf3"],
      },
    },
  });
  const fitting = {
    "ip-transport-protocol": "udp",
    "bw-parallel-streams": "2",
    "bw-target-bandwidth": 50_000_000,
  };
  const is = (fields: Record<string, unknown>) =>
    isFound({ ...fitting, ...fields }, template);
  assertEquals(await is({}), true);
  assertEquals(await is({ "ip-transport-protocol": "tcp" }), false);
  assertEquals(await is({ "bw-parallel-streams": 1 }), false);
  assertEquals(await is({ "bw-target-bandwidth": 1e9 }), false);
  assertEquals(await is({ "tool-name": "pscheduler/iperf2" }), false);
  assertEquals(await is({ "tool-name": "nuttcp" }), true);
  assertEquals(
    await is({ source: "2001:db8::1", destination: "2001:db8::2" }),
    false,
  );
  // What an archive does not say does not tell apart.
  assertEquals(
    await is({
      "ip-transport-protocol": undefined,
      "bw-parallel-streams": undefined,
      "bw-target-bandwidth": undefined,
    }),
    true,
  );
});

Deno.test("what is absent, and of that what is asked for", async () => {
  const all = expand(mesh()).tests;
  const template = new MeshTemplate(all, {
    isAsked: ({ source }) => source.name === "ALPHA",
  });
  const [test] = await listed({});
  const held = new Set(template.find(test!));
  assertEquals(
    template.without(held).map((each) => each.destination!.name),
    ["GAMMA"],
  );
});

Deno.test("two tasks of one test: its schedule is told only if they agree", async () => {
  const task = { group: "all", test: "tcp", archives: ["one"] };
  const scheduled = (other: string) =>
    templateOf({
      schedules: { hourly: { repeat: "PT1H" }, daily: { repeat: "P1D" } },
      tasks: {
        one: { ...task, schedule: "hourly" },
        two: { ...task, schedule: other },
      },
    });
  const [test] = await listed({});
  assertEquals(scheduled("hourly").scheduleOf(test!), {
    interval: 3600,
    slip: 0,
  });
  assertEquals(scheduled("daily").scheduleOf(test!), undefined);
  assertEquals(scheduled("daily").find(test!).length, 2);
});
