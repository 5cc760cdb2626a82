import { assertEquals, assertRejects } from "@std/assert";
import {
  Connections,
  type Dialing,
  RefusedError,
} from "../../../cli/tls/dial.ts";
import { type Certificate, pinOf } from "../../servers/certificates.ts";
import { AUTHORITY, day, issued, selfSigned } from "../../servers/tls.ts";

const SHOWN = selfSigned();
const OTHER_PIN = `sha256:${"a1".repeat(32)}`;

/**
 * Runs `use` with connections and the port of a server that shows a
 * certificate, and counts the bytes that it got.
 */
async function withDialing(
  dialing: Dialing,
  shown: Certificate,
  use: (connections: Connections, port: number) => Promise<void>,
): Promise<number> {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...shown });
  let received = 0;
  const each: Promise<void>[] = [];
  const serving = (async () => {
    for await (const conn of listener) {
      each.push(
        (async () => {
          using open = conn;
          const buffer = new Uint8Array(1024);
          for (;;) {
            const size = await open.read(buffer);
            if (size === null) return;
            received += size;
          }
        })().catch(() => {}),
      ); // refused in the handshake
    }
  })();
  const connections = new Connections(dialing);
  try {
    await use(connections, listener.addr.port);
  } finally {
    connections.close();
    listener.close();
    await serving;
    await Promise.all(each);
  }
  return received;
}

function refused(
  connections: Connections,
  port: number,
  message: string,
): Promise<RefusedError> {
  return assertRejects(
    () => connections.dial("127.0.0.1", port),
    RefusedError,
    message,
  );
}

Deno.test("Connections.dial accepts a certificate by its pin alone, and by nothing else", async () => {
  const pin = await pinOf(SHOWN);
  const received = await withDialing(
    { pins: [OTHER_PIN, pin] },
    SHOWN,
    async (connections, port) => {
      const socket = await connections.dial("127.0.0.1", port);
      assertEquals(socket.writable, true);
    },
  );
  assertEquals(received, 0);
  await withDialing({ pins: [OTHER_PIN] }, SHOWN, async (connections, port) => {
    const { message } = await refused(connections, port, "not the pinned one");
    assertEquals(message.includes(pin), true);
  });
});

Deno.test("Connections.dial asks for a pin also where an authority is trusted", async () => {
  const dialing = { pins: [OTHER_PIN], authorities: [AUTHORITY.cert] };
  await withDialing(dialing, issued(), async (connections, port) => {
    await refused(connections, port, "not the pinned one");
  });
});

Deno.test("Connections.dial trusts named authorities, and refuses a certificate that is of none, or not of this host, or past its time", async () => {
  const own = { authorities: [AUTHORITY.cert] };
  await withDialing(own, issued(), async (connections, port) => {
    const socket = await connections.dial("127.0.0.1", port);
    assertEquals(socket.authorized, true);
  });
  const table: [Dialing, Certificate, message: string][] = [
    [{}, issued(), "authority"],
    [own, SHOWN, "its TLS certificate is not accepted: "],
    [own, issued({ names: ["other.example"] }), "other.example"],
    [own, issued({ from: day(-9), until: day(-3) }), "expired"],
  ];
  for (const [dialing, shown, message] of table) {
    await withDialing(dialing, shown, async (connections, port) => {
      await refused(connections, port, message);
    });
  }
});

Deno.test("Connections.dial accepts any certificate where it is told to", async () => {
  await withDialing({ isInsecure: true }, SHOWN, async (connections, port) => {
    await connections.dial("127.0.0.1", port);
  });
});

Deno.test("Connections.certificate shows a certificate that is not accepted", async () => {
  await withDialing({}, SHOWN, async (connections, port) => {
    const { pin } = await connections.certificate("127.0.0.1", port);
    assertEquals(pin, await pinOf(SHOWN));
  });
});

Deno.test("Connections.dial stops with the reason of its signal, before it connects and while it waits for an answer", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Connections({ isInsecure: true });
  try {
    const { port } = listener.addr;
    const reason = new Error("stopped");
    await assertRejects(
      () => connections.dial("127.0.0.1", port, AbortSignal.abort(reason)),
      Error,
      "stopped",
    );
    const controller = new AbortController();
    const dialing = connections.dial("127.0.0.1", port, controller.signal);
    using conn = await listener.accept();
    await conn.read(new Uint8Array(1)); // the handshake has begun
    controller.abort(reason);
    await assertRejects(() => dialing, Error, "stopped");
  } finally {
    connections.close();
    listener.close();
  }
});

Deno.test("Connections.dial fails where the other side closes the connection in the handshake", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Connections({ isInsecure: true });
  try {
    const dialing = connections.dial("127.0.0.1", listener.addr.port);
    (await listener.accept()).close();
    await assertRejects(() => dialing, Error);
  } finally {
    connections.close();
    listener.close();
  }
});

/**
 * What a proxy is asked, and why the connection fails, where it answers so.
 */
async function throughProxy(
  answer: string,
  login?: { username: string; password: string },
): Promise<{ head: string; message: string }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Connections({
    pins: [OTHER_PIN],
    proxy: {
      ...{ protocol: "http:", host: "127.0.0.1", port: listener.addr.port },
      ...{ shown: "", from: "--proxy", ...(login ? { login } : {}) },
    },
  });
  try {
    const dialing = connections.dial("ma.example.net", 443);
    using conn = await listener.accept();
    let head = "";
    const buffer = new Uint8Array(1024);
    while (!head.includes("\r\n\r\n")) {
      const size = await conn.read(buffer);
      head += new TextDecoder().decode(buffer.subarray(0, size ?? 0));
    }
    await conn.write(new TextEncoder().encode(answer));
    const { message } = await assertRejects(() => dialing, RefusedError);
    return { head, message };
  } finally {
    connections.close();
    listener.close();
  }
}

Deno.test("Connections.dial asks a proxy for the host by its name, with the password in UTF-8, and says why it does not connect", async () => {
  const login = { username: "u", password: "pä" };
  const denied = await throughProxy("HTTP/1.1 403 Forbidden\r\n\r\n", login);
  assertEquals(
    denied.head.split("\r\n")[0],
    "CONNECT ma.example.net:443 HTTP/1.1",
  );
  assertEquals(
    /^proxy-authorization: (.*)\r$/im.exec(denied.head)?.[1],
    "Basic dTpww6Q=",
  );
  assertEquals(
    denied.message,
    "the proxy does not connect to it: it answers 403",
  );
  for (const status of [401, 407]) {
    const { head, message } = await throughProxy(
      `HTTP/1.1 ${status} No\r\n\r\n`,
    );
    assertEquals(/proxy-authorization/i.test(head), false);
    assertEquals(message.startsWith("the proxy wants a user name"), true);
  }
});

Deno.test("Connections.dial takes nothing from a proxy that speaks before the host does", async () => {
  const { message } = await throughProxy("HTTP/1.1 200 OK\r\n\r\nhello");
  assertEquals(message.startsWith("the proxy does not connect to it"), true);
});
