import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import type { Resolver } from "../../../cli/io.ts";
import {
  Hostnames,
  pointerName,
  readHostsFile,
} from "../../../cli/output/hostnames.ts";

/** A name service that answers from a table and remembers what it was asked. */
class Table implements Resolver {
  readonly asked: string[] = [];
  readonly #names: Record<string, string>;

  constructor(names: Record<string, string> = {}) {
    this.#names = names;
  }

  reverse(address: string): Promise<string> {
    this.asked.push(address);
    const name = this.#names[address];
    return name === undefined
      ? Promise.reject(new Error("ENOTFOUND"))
      : Promise.resolve(name);
  }

  addresses(name: string): Promise<string[]> {
    this.asked.push(name);
    return Promise.resolve(
      Object.keys(this.#names).filter((each) => this.#names[each] === name),
    );
  }
}

/** What a hosts file makes of addresses, with nobody else to ask. */
async function byFile(
  hosts: string,
  addresses: string[],
): Promise<string[]> {
  const hostnames = new Hostnames({ hosts, resolver: new Table() });
  return await Promise.all(addresses.map((each) => hostnames.show(each)));
}

Deno.test("Hostnames reads the hosts file in both directions, and does not look up what it knows", async () => {
  const resolver = new Table();
  const hosts = "192.0.2.10 lat1.Alpha.example LAT1\n";
  const hostnames = new Hostnames({ hosts, resolver });
  assertEquals(await hostnames.show("192.0.2.10"), "lat1.Alpha.example");
  for (const name of ["lat1.alpha.example", "lat1", "LAT1.Alpha.Example"]) {
    assert(await hostnames.exists(name), name);
  }
  assertEquals(resolver.asked, []);
});

Deno.test("Hostnames asks the name service for what the hosts file does not know", async () => {
  const resolver = new Table({ "192.0.2.11": "bw1.alpha.example" });
  const hosts = "192.0.2.10 lat1.alpha.example\n";
  const hostnames = new Hostnames({ hosts, resolver });
  assertEquals(await hostnames.show("192.0.2.11"), "bw1.alpha.example");
  assert(await hostnames.exists("bw1.alpha.example"));
  assertEquals(await hostnames.exists("nohost.example"), false);
  assertEquals(resolver.asked.length, 3);
});

Deno.test("Hostnames reads comments, tabs, blank lines and every kind of line end", async () => {
  const hosts = [
    "\ufeff# a comment",
    "",
    "192.0.2.1\ttabs.example\t\tt1",
    "   192.0.2.2   indented.example   # 192.0.2.3 in.comment.example",
    "#192.0.2.4 commented.example",
    "192.0.2.5 crlf.example\r",
    "192.0.2.6",
    "not.an.address name.example",
    "192.0.2.7 a.example#glued",
  ].join("\n");
  assertEquals(
    await byFile(hosts, [1, 2, 3, 4, 5, 6, 7].map((n) => `192.0.2.${n}`)),
    [
      "tabs.example",
      "indented.example",
      "192.0.2.3",
      "192.0.2.4",
      "crlf.example",
      "192.0.2.6",
      "a.example",
    ],
  );
});

Deno.test("Hostnames reads a hosts file that begins with a byte order mark", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "\ufeff192.0.2.1 one.example\r\n");
  assertEquals(
    await byFile(await readHostsFile(path), ["192.0.2.1"]),
    ["one.example"],
  );
  await Deno.remove(path);
});

Deno.test("Hostnames shows the first name with a dot, else the first", async () => {
  const hosts = `
    192.0.2.1 short other long.example longer.example
    192.0.2.2 short2 other2
  `;
  assertEquals(
    await byFile(hosts, ["192.0.2.1", "192.0.2.2"]),
    ["long.example", "short2"],
  );
});

Deno.test("Hostnames lets the first line of an address count", async () => {
  const hosts = "192.0.2.1 first.example\n192.0.2.1 second.example\n";
  assertEquals(await byFile(hosts, ["192.0.2.1"]), ["first.example"]);
  assert(await new Hostnames({ hosts }).exists("second.example"));
});

Deno.test("Hostnames knows an IPv6 address in every spelling", async () => {
  const hosts = `
    2001:DB8:0:0::0:1 six.example
    fe80::1%eth0 local.example
    ::ffff:192.0.2.1 mapped.example
  `;
  const table: [address: string, name: string][] = [
    ["2001:db8::1", "six.example"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "six.example"],
    ["2001:DB8::1", "six.example"],
    ["fe80::1", "local.example"],
    ["::ffff:c000:201", "mapped.example"],
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8::2", "2001:db8::2"],
  ];
  assertEquals(
    await byFile(hosts, table.map(([address]) => address)),
    table.map(([, name]) => name),
  );
});

Deno.test("Hostnames asks for each address once, at the same time or later", async () => {
  const resolver = new Table({ "192.0.2.1": "one.example" });
  const hostnames = new Hostnames({ resolver });
  const show = () =>
    Promise.all(
      ["192.0.2.1", "192.0.2.2", "192.0.2.1"].map((a) => hostnames.show(a)),
    );
  const shown = ["one.example", "192.0.2.2", "one.example"];
  assertEquals(await show(), shown);
  assertEquals(await show(), shown);
  assertEquals(resolver.asked, ["192.0.2.1", "192.0.2.2"]);
});

Deno.test("Hostnames shows the address when it has no name, or an empty one", async () => {
  const hostnames = new Hostnames({ resolver: new Table({ "192.0.2.1": "" }) });
  assertEquals(await hostnames.show("192.0.2.1"), "192.0.2.1");
  assertEquals(await hostnames.show("2001:db8::1"), "2001:db8::1");
});

Deno.test("Hostnames shows the address when the name service throws at once", async () => {
  const resolver: Resolver = {
    reverse: () => {
      throw new Error("no resolver on this platform");
    },
    addresses: () => {
      throw new Error("no resolver on this platform");
    },
  };
  const hostnames = new Hostnames({ resolver });
  assertEquals(await hostnames.show("192.0.2.1"), "192.0.2.1");
  assert(await hostnames.exists("ma.example"));
});

Deno.test("Hostnames shows other text than addresses as it is, and looks up nothing", async () => {
  const resolver = new Table();
  const hostnames = new Hostnames({ resolver });
  for (const text of ["ma.example", "", "192.0.2.256", "1", "2001:db8::1::2"]) {
    assertEquals(await hostnames.show(text), text);
  }
  assertEquals(resolver.asked, []);
});

Deno.test("Hostnames looks up nothing when addresses are kept, not even in the hosts file", async () => {
  const resolver = new Table({ "192.0.2.1": "one.example" });
  const hosts = "192.0.2.2 two.example";
  const hostnames = new Hostnames({ resolver, hosts, keepAddresses: true });
  for (const address of ["192.0.2.1", "192.0.2.2", "2001:db8::1"]) {
    assertEquals(await hostnames.show(address), address);
  }
  assertEquals(resolver.asked, []);
});

Deno.test("Hostnames takes every address for one that exists, and looks up nothing", async () => {
  const resolver = new Table();
  const hostnames = new Hostnames({ resolver });
  for (const address of ["192.0.2.1", "2001:db8::1", "::1", "fe80::1%eth0"]) {
    assert(await hostnames.exists(address), address);
  }
  assertEquals(resolver.asked, []);
});

Deno.test("Hostnames leaves it to the archive when the name service cannot tell", async () => {
  const resolver: Resolver = {
    reverse: () => Promise.reject(new Error("SERVFAIL")),
    addresses: () => Promise.reject(new Error("SERVFAIL")),
  };
  assert(await new Hostnames({ resolver }).exists("ma.example"));
});

Deno.test("Hostnames asks for many addresses at once, but not for all", async () => {
  let underWay = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const resolver: Resolver = {
    reverse: async (address) => {
      most = Math.max(most, ++underWay);
      await new Promise<void>((resolve) => waiting.push(resolve));
      underWay--;
      return `${address.replaceAll(".", "-")}.example`;
    },
    addresses: () => Promise.resolve(["192.0.2.1"]),
  };
  const hostnames = new Hostnames({ resolver });
  const addresses = Array.from(
    { length: 500 },
    (_, n) => `192.0.${2 + (n >> 8)}.${n & 255}`,
  );
  const shown = Promise.all(addresses.map((each) => hostnames.show(each)));
  let isDone = false;
  shown.then(() => isDone = true);
  while (!isDone) {
    for (const release of waiting.splice(0)) release();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(
    await shown,
    addresses.map((each) => `${each.replaceAll(".", "-")}.example`),
  );
  assert(most > 8 && most <= 64, `${most} at once`);
});

Deno.test("Hostnames asks for the addresses of many names at once, but not for all", async () => {
  let [underWay, most] = [0, 0];
  const resolver: Resolver = {
    reverse: () => Promise.reject(new Error("ENOTFOUND")),
    addresses: async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve));
      underWay--;
      return ["192.0.2.1"];
    },
  };
  const hostnames = new Hostnames({ resolver });
  const names = Array.from({ length: 200 }, (_, at) => `ps${at}.example`);
  await Promise.all(names.map((each) => hostnames.addresses(each)));
  assert(most > 8 && most <= 64, `${most} at once`);
});

Deno.test("Hostnames gives up a name service that never answers, says so once, and asks it no more", async () => {
  const notes: string[] = [];
  const asked: string[] = [];
  const resolver: Resolver = {
    reverse: (address) => {
      asked.push(address);
      return new Promise(() => {});
    },
    addresses: () => new Promise(() => {}),
  };
  const hostnames = new Hostnames({
    resolver,
    note: (line) => notes.push(line),
  });
  const addresses = Array.from({ length: 60 }, (_, n) => `192.0.2.${n}`);
  const { delays, value: [exists, ...shown] } = await withoutDelays(() =>
    Promise.all([
      hostnames.exists("ma.example"),
      ...addresses.map((each) => hostnames.show(each)),
    ])
  );
  assertEquals(exists, true);
  assertEquals(shown, addresses);
  assertEquals(delays, Array(61).fill(3000));
  assertEquals(await hostnames.show("198.51.100.1"), "198.51.100.1");
  assertEquals(asked, addresses);
  assertEquals(notes.length, 1);
  assertMatch(notes[0]!, /name service does not answer.*--ip/);
});

/** What `use` gives, with timers that fire at once, and their delays. */
async function withoutDelays<T>(
  use: () => Promise<T>,
): Promise<{ value: T; delays: number[] }> {
  const delays: number[] = [];
  const { setTimeout } = globalThis;
  const atOnce = (fire: () => void, delay: number) => {
    delays.push(delay);
    return setTimeout(fire, 0);
  };
  Object.assign(globalThis, { setTimeout: atOnce });
  try {
    return { value: await use(), delays };
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
}

Deno.test("Hostnames asks for hundreds of addresses one after another, whether they have names or not", async () => {
  const asked: string[] = [];
  const resolver: Resolver = {
    reverse: (address) => {
      asked.push(address);
      return address.endsWith("1")
        ? Promise.reject(new Error("not found"))
        : Promise.resolve("a.example");
    },
    addresses: () => Promise.resolve(["192.0.2.1"]),
  };
  const hostnames = new Hostnames({ resolver });
  const addresses = Array.from({ length: 200 }, (_, n) => `192.0.2.${n}`);
  for (const address of addresses) {
    const name = address.endsWith("1") ? address : "a.example";
    assertEquals(await within(5000, hostnames.show(address)), name);
  }
  assertEquals(asked, addresses);
});

/** Rejects where it would hang. */
async function within<T>(ms: number, promise: T | Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing in ${ms} ms`)), ms);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

Deno.test("Hostnames knows all addresses of a name, from the hosts file or else from the name service", async () => {
  const hosts =
    "192.0.2.1 a.example\n2001:db8::1 A.example b\n192.0.2.1 a.example\n";
  const resolver = new Table({
    "192.0.2.9": "a.example",
    "192.0.2.3": "c.example",
    "2001:db8::3": "c.example",
  });
  const hostnames = new Hostnames({ hosts, resolver });
  assertEquals(await hostnames.addresses("A.example"), [
    ...["192.0.2.1", "2001:db8::1"],
  ]);
  assertEquals(await hostnames.addresses("c.example"), [
    ...["192.0.2.3", "2001:db8::3"],
  ]);
  assertEquals(await hostnames.addresses("d.example"), []);
  assertEquals(resolver.asked, ["c.example", "d.example"]);
  const failing: Resolver = {
    reverse: () => Promise.reject(new Error("SERVFAIL")),
    addresses: () => Promise.reject(new Error("SERVFAIL")),
  };
  assertEquals(
    await new Hostnames({ resolver: failing }).addresses("a.example"),
    [],
  );
});

Deno.test("readHostsFile() says which file cannot be read, and why", async () => {
  const missing = await assertRejects(
    () => readHostsFile("/nowhere/hosts"),
    UsageError,
  );
  assertEquals(
    missing.message,
    "--hosts: cannot read /nowhere/hosts: there is no such file",
  );
  const directory = await Deno.makeTempDir();
  const error = await assertRejects(() => readHostsFile(directory), UsageError);
  assertStringIncludes(error.message, `--hosts: cannot read ${directory}: `);
  await Deno.remove(directory);
});

Deno.test("pointerName() is the DNS name for the name of an address", () => {
  const zeros = (count: number) => "0.".repeat(count);
  const table: [address: string, name: string][] = [
    ["192.0.2.10", "10.2.0.192.in-addr.arpa"],
    ["2001:db8::1", `1.${zeros(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
    ["2001:DB8:0:0::1", `1.${zeros(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
    ["::1", `1.${zeros(31)}ip6.arpa`],
    ["::", `${zeros(32)}ip6.arpa`],
    ["fe80::%eth0", `${zeros(28)}0.8.e.f.ip6.arpa`],
    [
      "2001:db8:1234:5678:9abc:def0:1357:2468",
      "8.6.4.2.7.5.3.1.0.f.e.d.c.b.a.9.8.7.6.5.4.3.2.1.8.b.d.0.1.0.0.2.ip6.arpa",
    ],
  ];
  for (const [address, name] of table) {
    assertEquals(pointerName(address), name, address);
  }
});
