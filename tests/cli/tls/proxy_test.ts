import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../../cli/errors.ts";
import { proxyFor } from "../../../cli/tls/proxy.ts";
import { nobody } from "../../client/sockets.ts";
import { pinOf } from "../../servers/certificates.ts";
import { withProxy, withSocks } from "../../servers/proxies.ts";
import { json, withServer } from "../../servers/serve.ts";
import {
  AUTHORITY,
  issued,
  selfSigned,
  withTlsArchive,
} from "../../servers/tls.ts";
import { needs } from "../../helpers/binary.ts";
import { IS_LONG } from "../../helpers/long.ts";
import { startProcess } from "../../helpers/process.ts";
import { runProgram } from "../../helpers/program.ts";
import { notInstalled } from "../../helpers/skipping.ts";
import { until } from "../../helpers/waiting.ts";
import { assertTold, type Ended } from "../../helpers/run.ts";
import { ask, withFiles, write } from "./asking.ts";

const LOGIN = "me:pä%ss:word";
/** The same in an address. */
const TYPED = "me:p%C3%A4%25ss%3Aword@";
/** What of it may stand in no message. */
const SECRET = /p(ä|%C3%A4)(%25|%)ss/i;

Deno.test("--proxy goes through an HTTP proxy, to http and to https, for reading and for writing", async () => {
  const shown = issued();
  await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
    await withTlsArchive(shown, async (origin, seen) => {
      await withProxy({}, async (address, { lines }) => {
        const { host } = new URL(origin);
        for (const proxy of [`http://${address}`, address]) {
          const args = ["--proxy", proxy, "--cacert", paths["ca.pem"]];
          for (const command of [ask, write]) {
            const { exit, stderr } = await command(origin, args);
            assertEquals([exit, stderr], [0, ""]);
          }
        }
        assertEquals(new Set(lines), new Set([`CONNECT ${host}`]));
        assertMatch(seen.at(-1)!, /^POST .* Token secret-key$/);
        lines.length = 0;
        await withServer(() => json([]), async (origin) => {
          const { exit } = await ask(origin, ["--proxy", `http://${address}`]);
          assertEquals(exit, 0);
          assertStringIncludes(lines[0]!, `GET ${origin}/esmond`);
        });
      });
    });
  });
});

needs(
  "own certificate check",
  "certificates are verified, and pins compared, through a proxy too",
  async () => {
    const shown = selfSigned();
    for (const login of [undefined, LOGIN]) {
      await withTlsArchive(shown, async (origin, seen) => {
        await withProxy(login ? { login } : {}, async (address) => {
          const proxy = ["--proxy", `http://${login ? TYPED : ""}${address}`];
          const pin = ["--pin", await pinOf(shown)];
          const other = ["--pin", await pinOf(selfSigned())];
          for (const args of [[], other]) {
            for (const command of [ask, write]) {
              const { exit, stderr } = await command(origin, [
                ...proxy,
                ...args,
              ]);
              assertEquals([exit, seen], [1, []], stderr);
              assertMatch(
                stderr,
                /certificate is not (accepted|the pinned one)/,
              );
            }
          }
          for (const args of [pin, ["--insecure"]]) {
            const { exit, stderr } = await ask(origin, [...proxy, ...args]);
            assertEquals(exit, 0, stderr);
          }
          assertEquals(seen.length > 0, true);
          assertEquals(seen.includes("the password of the proxy"), false);
        });
      });
    }
  },
);

needs(
  "own certificate check",
  "what --proxy logs in with reaches the proxy, not the archive, and no message",
  async () => {
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(issued(), async (origin, seen) => {
        await withProxy({ login: LOGIN }, async (address, { logins }) => {
          const cacert = ["--cacert", paths["ca.pem"], "--verbose"];
          const right = [...cacert, "--proxy", `http://${TYPED}${address}`];
          const { exit, stderr } = await ask(origin, right);
          assertEquals(exit, 0, stderr);
          assertNotShown({ exit, stderr, stdout: "" });
          assertEquals(logins[0], LOGIN);
          assertEquals(seen.includes("the password of the proxy"), false);
          for (const login of ["", "me:päss%25wrong@", "me@"]) {
            const told = await ask(origin, [
              ...cacert,
              ...["--proxy", `http://${login}${address}`],
            ]);
            assertEquals(told.exit, 1);
            assertMatch(
              told.stderr,
              /the proxy (does not connect to it|wants a user name and a password)/,
            );
            assertStringIncludes(
              told.stderr,
              `; it was asked through the proxy http://${address} (--proxy)`,
            );
            assertNotShown(told);
          }
        });
      });
    });
  },
);

needs(
  "own certificate check",
  "a proxy that refuses to connect is told apart from one that wants a password",
  async () => {
    const pin = ["--pin", await pinOf(issued())];
    const table: [refusal: number, said: RegExp][] = [
      [401, /the proxy wants a user name and a password/],
      [407, /the proxy wants a user name and a password/],
      [403, /the proxy does not connect to it: it answers 403/],
      [502, /the proxy does not connect to it: it answers 502/],
    ];
    for (const [refusal, said] of table) {
      await withProxy({ refusal }, async (address, { lines }) => {
        const { exit, stderr } = await ask("https://127.0.0.1:9", [
          ...pin,
          ...["--proxy", address],
        ]);
        assertEquals([exit, lines], [1, ["CONNECT 127.0.0.1:9"]]);
        assertMatch(stderr, said);
        for (const host of ["archive.invalid", "[2001:db8::1]"]) {
          lines.length = 0;
          await ask(`https://${host}`, [...pin, "--proxy", address]);
          assertEquals(lines, [`CONNECT ${host}:443`]);
        }
      });
    }
  },
);

needs(
  "own certificate check",
  "a login that a proxy repeats is not shown, nor as it was sent",
  async () => {
    let sent = "";
    const repeat = (request: Request) => {
      sent = request.headers.get("proxy-authorization") ?? "";
      return new Response(`<title>no: ${TYPED} ${sent}</title>`, {
        status: 407,
      });
    };
    await withServer(repeat, async (origin) => {
      const proxy = origin.replace("http://", `http://${TYPED}`);
      const url = "http://archive.invalid:8085";
      const asked = ["get-endpoints", "--retry", "0", "--url", url];
      for (
        const told of [
          await ask(url, ["--proxy", proxy]),
          await runProgram(asked, { env: { HTTP_PROXY: proxy, NO_PROXY: "" } }),
        ]
      ) {
        assertStringIncludes(told.stderr, "***");
        assertEquals(SECRET.test(told.stderr), false, told.stderr);
        assertEquals(told.stderr.includes(sent.slice(-8)), false, told.stderr);
      }
      assertMatch(sent, /^Basic /);
    });
  },
);

function assertNotShown({ stdout, stderr }: Ended): void {
  assertEquals(SECRET.test(stdout + stderr), false, stderr);
}

needs(
  "own certificate check",
  "a proxy that is not there is named",
  async () => {
    const proxy = nobody();
    const address = proxy.replace("http://", `http://${TYPED}`);
    const pin = ["--pin", await pinOf(selfSigned())];
    for (const args of [[], pin]) {
      const told = await ask("https://127.0.0.1:9", [
        ...args,
        ...["--proxy", address],
      ]);
      assertEquals(told.exit, 1);
      assertStringIncludes(told.stderr, "connection refused");
      assertStringIncludes(told.stderr, `through the proxy ${proxy} (--proxy)`);
      assertNotShown(told);
    }
  },
);

Deno.test("what is not the address of a proxy is wrong usage, and nothing of it is shown", async () => {
  const wrong = [
    "",
    "::::",
    `ftp://${TYPED}proxy.example`,
    `http://${TYPED}proxy.example:99999`,
    `http://${TYPED}proxy.example/path`,
    `http://${TYPED}proxy.example?query`,
    `${TYPED}:80`,
    `socks4://${TYPED}proxy.example`,
    "http://me:p%ss@proxy.example",
  ];
  for (const proxy of wrong) {
    const told = await ask("https://127.0.0.1:9", ["--proxy", proxy]);
    assertTold(told, 2, /--proxy/, proxy);
    assertNotShown(told);
  }
});

needs(
  "own certificate check",
  "what a proxy cannot be combined with is wrong usage, also when the environment names it",
  async () => {
    const pin = ["--pin", await pinOf(selfSigned())];
    const address = `socks5://${TYPED}127.0.0.1:9`;
    for (const args of [pin, ["--insecure"]]) {
      const words =
        /(--pin|--insecure) cannot be combined with the proxy socks5:\/\/127\.0\.0\.1:9 /;
      const told = await ask("https://127.0.0.1:9", [
        ...args,
        "--proxy",
        address,
      ]);
      assertTold(told, 2, words);
      assertMatch(told.stderr, /\(--proxy\)/);
      for (const name of ["HTTPS_PROXY", "all_proxy"]) {
        const env = { [name]: address };
        const { exit, stderr } = await ask("https://127.0.0.1:9", args, {
          env,
        });
        assertEquals(exit, 2);
        assertMatch(stderr, words);
        assertStringIncludes(stderr, `(${name})`);
      }
    }
    const told = await ask("https://127.0.0.1:9", [
      "--proxy",
      `https://${TYPED}127.0.0.1:9`,
    ]);
    assertTold(told, 2, /a user name in --proxy cannot be combined with/);
  },
);

Deno.test("SOCKS5: the proxy is asked for the name, and may want a password", async () => {
  await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
    const shown = issued({ names: ["archive.invalid"] });
    await withTlsArchive(shown, async (origin) => {
      const { port } = new URL(origin);
      const hosts = { "archive.invalid": "127.0.0.1" };
      for (
        const [login, typed] of [[undefined, ""], ["me:p@ss", "me:p%40ss@"]]
      ) {
        const manners = { hosts, ...(login ? { login } : {}) };
        await withSocks(manners, async (address, { lines, logins }) => {
          for (const scheme of ["socks5", "socks5h"]) {
            const { exit, stderr } = await ask(
              `https://archive.invalid:${port}`,
              [
                ...["--cacert", paths["ca.pem"]],
                ...["--proxy", `${scheme}://${typed}${address}`],
              ],
            );
            assertEquals([exit, stderr], [0, ""]);
          }
          assertEquals(
            new Set(lines),
            new Set([`SOCKS archive.invalid:${port}`]),
          );
          assertEquals(new Set(logins), new Set(login ? [login] : []));
        });
      }
    });
  });
});

/** Runs the program with an environment of its own. */
function runWith(env: Record<string, string>, args: string[]) {
  const none = { NO_PROXY: "", HTTPS_PROXY: "", HTTP_PROXY: "", ALL_PROXY: "" };
  return runProgram(args, { env: { ...none, ...env } });
}

needs(
  "own certificate check",
  "the environment names a proxy, and hosts that it is not for",
  async () => {
    const shown = issued();
    const pin = ["--pin", await pinOf(shown)];
    await withFiles({ "ca.pem": AUTHORITY.cert }, async (paths) => {
      await withTlsArchive(shown, async (origin, seen) => {
        for (const login of ["", TYPED]) {
          const manners = login ? { login: LOGIN } : {};
          await withProxy(manners, async (address, { lines, logins }) => {
            const ways = [["--cacert", paths["ca.pem"]], pin, []];
            // In short, each with a login or without.
            const tried = ways.filter((_, at) =>
              IS_LONG || (at === 0) === (login === "")
            );
            for (const way of tried) {
              const args = ["get-endpoints", "--ip", "--url", origin, ...way];
              const env = {
                HTTPS_PROXY: `http://${login}${address}`,
                DENO_CERT: paths["ca.pem"],
              };
              lines.length = logins.length = 0;
              const through = await runWith(env, args);
              assertEquals([through.exit, through.stderr], [0, ""]);
              assertEquals(lines.length > 0, true);
              assertEquals(logins.length > 0, login !== "");
              lines.length = 0;
              const NO_PROXY = "archive.example, 127.0.0.0/8";
              const past = await runWith({ ...env, NO_PROXY }, args);
              assertEquals([past.exit, lines], [0, []], past.stderr);
              // What is typed is for all hosts but those, too.
              const typed = ["--proxy", `http://${login}${address}`];
              const both = await runWith({ ...env, NO_PROXY }, [
                ...args,
                ...typed,
              ]);
              assertEquals([both.exit, lines], [0, []], both.stderr);
            }
          });
        }
        assertEquals(seen.includes("the password of the proxy"), false);
      });
    });
  },
);

needs(
  "own certificate check",
  "--cacert adds to what the platform trusts, through a proxy with a password too",
  async () => {
    const files = { "ca.pem": AUTHORITY.cert, "other.pem": selfSigned().cert };
    await withFiles(files, async (paths) => {
      await withTlsArchive(issued(), async (origin) => {
        await withProxy({ login: LOGIN }, async (address) => {
          for (const proxy of [[], ["--proxy", `http://${TYPED}${address}`]]) {
            const { exit, stderr } = await runWith(
              { DENO_CERT: paths["ca.pem"] },
              [
                ...["get-endpoints", "--ip", "--url", origin],
                ...["--cacert", paths["other.pem"], ...proxy],
              ],
            );
            assertEquals([exit, stderr], [0, ""]);
          }
        });
      });
    });
  },
);

Deno.test("proxyFor() goes by the protocol, and NO_PROXY by name, domain, address and network", () => {
  const named = (url: string, env: Record<string, string>) =>
    proxyFor(new URL(url), undefined, (name) => env[name])?.shown;
  const env = {
    HTTPS_PROXY: "http://s:1",
    http_proxy: "p:2",
    ALL_PROXY: "socks5://a",
  };
  assertEquals(named("https://ma.example", env), "http://s:1");
  assertEquals(named("http://ma.example", env), "http://p:2");
  assertEquals(
    named("https://ma.example", { all_proxy: "socks5://a" }),
    "socks5://a",
  );
  assertEquals(named("https://ma.example", {}), undefined);
  const https = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
  const http = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
  for (
    const [url, names] of [["https://a", https], ["http://a", http]] as const
  ) {
    for (const [at, name] of names.entries()) {
      // the first that is set counts; one that is empty is not set
      const later = names.slice(at).map((each) => [each, `http://${each}:1`]);
      const env = { ...Object.fromEntries(later), [names[at - 1] ?? ""]: "" };
      assertEquals(named(url, env), `http://${name.toLowerCase()}:1`);
    }
  }
  const excepted: [url: string, list: string, isExcepted: boolean][] = [
    ["https://ma.example.net", "ma.example.net", true],
    ["https://MA.Example.net.", "ma.example.NET", true],
    ["https://ma.example.net", "example.net", true],
    ["https://ma.example.net", ".example.net", true],
    ["https://ma.example.net", "*.example.net", true],
    ["https://ma.example.net", "x, ,example.net", true],
    ["https://ma.example.net", "*", true],
    ["https://ma.example.net", "ple.net", false],
    ["https://ma.example.net", "example.net.org", false],
    ["https://ma.example.net", "", false],
    ["https://192.0.2.7", "192.0.2.7", true],
    ["https://192.0.2.7", "192.0.2.0/24", true],
    ["https://192.0.2.7", "192.0.3.0/24", false],
    ["https://192.0.2.7", "2.7", false],
    ["https://192.0.2.7", "192.0.2.0/99", false],
    ["https://[2001:db8::1]", "2001:db8::/32", true],
    ["https://[2001:db8::1]", "[2001:db8::1]", true],
    ["https://[2001:db8::1]", "192.0.2.0/24", false],
  ];
  for (const [url, list, isExcepted] of excepted) {
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const found = named(url, { ...env, [name]: list });
      assertEquals(found === undefined, isExcepted, `${url} ${list}`);
    }
  }
});

Deno.test("proxyFor() names the variable that is wrong, not what it holds", () => {
  const read = () =>
    proxyFor(
      new URL("https://ma.example"),
      undefined,
      (name) =>
        name === "https_proxy" ? `gopher://${TYPED}proxy.example` : undefined,
    );
  try {
    read();
  } catch (error) {
    assertEquals(error instanceof UsageError, true);
    const { message } = error as Error;
    assertMatch(message, /^https_proxy is not the address of a proxy/);
    assertEquals(SECRET.test(message), false);
    return;
  }
  throw new Error("nothing was thrown");
});

needs(
  "own certificate check",
  "tinyproxy: http, https, pins and a password",
  async () => {
    const free = Number(new URL(nobody()).port);
    const shown = issued();
    const files = {
      "ca.pem": AUTHORITY.cert,
      "tinyproxy.conf":
        `Port ${free}\nListen 127.0.0.1\nTimeout 60\nBasicAuth me pass\nLogLevel Critical\n`,
    };
    await withFiles(files, async (paths) => {
      const proxy = startProcess([
        ...["tinyproxy", "-d", "-c", paths["tinyproxy.conf"]],
      ]);
      try {
        await until(() => answersAt(free), "tinyproxy listens");
        await withTlsArchive(shown, async (origin, seen) => {
          const ways = [
            ["--cacert", paths["ca.pem"]],
            ["--pin", await pinOf(shown)],
            ["--insecure"],
          ];
          for (const way of ways) {
            for (
              const [login, expected] of [["me:pass@", 0], ["me:no@", 1], [
                "",
                1,
              ]] as const
            ) {
              seen.length = 0;
              const { exit, stderr } = await ask(origin, [
                ...way,
                ...["--proxy", `http://${login}127.0.0.1:${free}`],
              ]);
              assertEquals(
                [exit, seen.length > 0],
                [expected, expected === 0],
                stderr,
              );
              assertEquals(seen.includes("the password of the proxy"), false);
            }
          }
        });
        await withServer(() => json([]), async (origin) => {
          const { exit, stderr } = await ask(origin, [
            "--proxy",
            `http://me:pass@127.0.0.1:${free}`,
          ]);
          assertEquals([exit, stderr], [0, ""]);
        });
      } finally {
        proxy.kill("SIGTERM");
        await proxy.ended;
      }
    });
  },
  notInstalled("tinyproxy"),
);

async function answersAt(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}
