import { assertEquals } from "@std/assert";
import { esmondAt, expand, members, mesh } from "./templates.ts";

/** The archives of a test that alpha starts, and what is not understood. */
function archivesOf(archive: Record<string, unknown>) {
  const group = {
    type: "disjoint",
    unidirectional: true,
    "a-addresses": members("alpha"),
    "b-addresses": members("beta"),
  };
  const { tests, doubts } = expand(
    mesh({ archives: { one: archive }, groups: { all: group } }),
  );
  return { archives: tests[0]!.archives, doubts };
}

Deno.test("where the archive of an archiver is", () => {
  const http = (data: Record<string, unknown>) => ({ archiver: "http", data });
  const cases: [Record<string, unknown>, string][] = [
    [esmondAt("https://ma.example:8443"), "https://ma.example:8443"],
    [
      {
        archiver: "esmond",
        data: { url: "http://ma.example/esmond/perfsonar/archive" },
      },
      "http://ma.example",
    ],
    [
      {
        archiver: "esmond",
        data: { url: "http://ma.example/x/perfsonar/archive/" },
      },
      "http://ma.example/x/perfsonar/archive",
    ],
    [http({ _url: "https://ma.example/logstash" }), "https://ma.example"],
    [
      http({ _url: "https://{% scheduled_by_address %}/logstash" }),
      "https://alpha.example",
    ],
    [
      http({
        _url: "https://elsewhere.example/logstash",
        _meta: { esmond_url: "https://ma.example/esmond/perfsonar/archive/" },
      }),
      "https://ma.example",
    ],
  ];
  for (const [archive, expected] of cases) {
    assertEquals(archivesOf(archive), { archives: [expected], doubts: [] });
  }
});

Deno.test("an archive that cannot be read is said and left out", () => {
  const cases: [Record<string, unknown>, string][] = [
    [
      { archiver: "rabbitmq", data: { _url: "amqp://mq.example" } },
      'archiver "rabbitmq" is not one that can be read',
    ],
    [
      { archiver: "http", data: { _url: "https://ma.example/elsewhere" } },
      "its _url does not end in /logstash, so that its archive is not known",
    ],
    [{ archiver: "esmond", data: {} }, "its data has no url"],
    [{}, "archiver null is not one that can be read"],
    [
      esmondAt("http://{% jq .hosts[0].ma %}"),
      "{% jq .hosts[0].ma %} cannot be filled",
    ],
    [
      { archiver: "esmond", data: { url: "ma.example" } },
      '"ma.example" is not the address of an archive: give it as http://host:port or https://host',
    ],
    [
      { archiver: "esmond", data: { url: "http://me:secret@ma.example/" } },
      "the address of the archive holds a user name or password: leave them out, archives take an API key",
    ],
    [esmondAt("http://{% address[2] %}"), "{% address[2] %} cannot be filled"],
  ];
  for (const [archive, why] of cases) {
    assertEquals(archivesOf(archive), {
      archives: [],
      doubts: [`archive one: ${why}`],
    });
  }
});

Deno.test("each host has its own archive where the variable or the hosts say so", () => {
  const hosts = {
    alpha: { archives: ["own"] },
    beta: { archives: ["own", "one"] },
    gamma: { archives: ["gone"] },
  };
  const { tests, doubts } = expand(mesh({
    hosts,
    archives: {
      one: esmondAt("http://one.example"),
      own: esmondAt("http://{% scheduled_by_address %}"),
    },
  }));
  const of = (source: string) =>
    tests.find((each) => each.source.address === `${source}.example`)!.archives;
  assertEquals(of("alpha"), ["http://one.example", "http://alpha.example"]);
  assertEquals(of("beta"), ["http://one.example", "http://beta.example"]);
  assertEquals(of("gamma"), ["http://one.example"]);
  assertEquals(doubts, ["archive gone: there is none of that name"]);
});

Deno.test("an IPv6 address stands in brackets in the archive's address", () => {
  const { tests } = expand(mesh({
    addresses: {
      alpha: { address: "2001:db8::a" },
      beta: { address: "2001:db8::b" },
    },
    groups: { all: { type: "mesh", addresses: members("alpha", "beta") } },
    archives: { one: esmondAt("http://{% scheduled_by_address %}:8085") },
  }));
  assertEquals(tests.map(({ archives }) => archives[0]), [
    "http://[2001:db8::a]:8085",
    "http://[2001:db8::b]:8085",
  ]);
});
