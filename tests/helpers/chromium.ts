/**
 * A page in a real Chromium, where one is installed; `CHROMIUM` may name it.
 */

import { pathOf } from "./skipping.ts";
import { pause } from "./waiting.ts";

/** What is installed on some systems, by the names of its program. */
export const BROWSERS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "chrome",
];

/** The browser; `undefined` where none is installed. */
const CHROMIUM: string | undefined = Deno.env.get("CHROMIUM") ||
  BROWSERS.find((name) => pathOf(name) !== undefined);

/** Why a test in a browser is skipped, if it is. */
export const NO_BROWSER: string | undefined = CHROMIUM === undefined
  ? `${BROWSERS[0]} is not installed`
  : undefined;

/** A page that is open. */
export interface OpenPage {
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Sends a command of the DevTools protocol. */
  send(method: string, params?: Record<string, unknown>): Promise<unknown>;
  /** Drags from one place to another, with the button held. */
  drag(from: [number, number], to: [number, number]): Promise<void>;
  /** Presses a key. */
  press(key: string): Promise<void>;
  /** The requests of the page, other than for itself. */
  requests: string[];
  /** What its console says, and what it throws. */
  messages: string[];
}

/** Opens a page from a file, in a window of so many pixels. */
export async function withPage(
  path: string,
  { width, height }: { width: number; height: number },
  use: (page: OpenPage) => Promise<void>,
): Promise<void> {
  const profile = await Deno.makeTempDir();
  try {
    const browser = new Deno.Command(CHROMIUM!, {
      args: [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
        ...["--disable-background-networking", "--disable-component-update"],
        ...["--hide-scrollbars", "--remote-debugging-port=0"],
        `--window-size=${width},${height}`,
        `--user-data-dir=${profile}`,
        "about:blank",
      ],
      stdout: "null",
      stderr: "piped",
    }).spawn();
    try {
      const socket = await connect(await addressOf(browser.stderr));
      await use(await openPage(socket, path));
      // Its processes end with it, which they do not when it is killed.
      socket.send(JSON.stringify({ id: 0, method: "Browser.close" }));
    } catch (error) {
      browser.kill("SIGKILL");
      throw error;
    } finally {
      await browser.status;
    }
  } finally {
    await removed(profile);
  }
}

/** Removes a directory that a process may still be writing to. */
async function removed(directory: string): Promise<void> {
  for (let left = 40;; left--) {
    try {
      return await Deno.remove(directory, { recursive: true });
    } catch (error) {
      if (left === 0) throw error;
      await pause(50);
    }
  }
}

/** The address that the browser says on standard error. */
async function addressOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  void (async () => {
    // To its end, so that the browser can always write.
    for await (const chunk of stderr) {
      text += decoder.decode(chunk, { stream: true });
      const [, address] = /listening on (ws:\S+)/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    }
    reject(new Error(`Chromium does not listen: ${text}`));
  })().catch(reject);
  return await promise;
}

async function connect(address: string): Promise<WebSocket> {
  const socket = new WebSocket(address);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error("no connection to Chromium"));
  await promise;
  return socket;
}

interface Message {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

async function openPage(socket: WebSocket, path: string): Promise<OpenPage> {
  const waiting = new Map<number, (message: Message) => void>();
  const loaded = Promise.withResolvers<void>();
  const requests: string[] = [];
  const messages: string[] = [];
  const url = `file://${path}`;
  let next = 0;
  const session: { sessionId?: unknown } = {};
  const send = async (
    method: string,
    params: Record<string, unknown> = {},
  ): Promise<Record<string, unknown>> => {
    const id = ++next;
    const { promise, resolve } = Promise.withResolvers<Message>();
    waiting.set(id, resolve);
    socket.send(JSON.stringify({ id, method, params, ...session }));
    const { result, error } = await promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result!;
  };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data) as Message;
    if (message.id !== undefined) return waiting.get(message.id)?.(message);
    const { method, params } = message;
    if (method === "Page.loadEventFired") loaded.resolve();
    if (method === "Network.requestWillBeSent") {
      const asked = (params!["request"] as { url: string }).url;
      if (asked !== url) requests.push(asked);
    }
    if (
      method === "Runtime.exceptionThrown" || method === "Log.entryAdded" ||
      method === "Runtime.consoleAPICalled"
    ) messages.push(JSON.stringify(params));
  };
  const { targetId } = await send("Target.createTarget", {
    url: "about:blank",
  });
  const attached = await send("Target.attachToTarget", {
    targetId,
    flatten: true,
  });
  session.sessionId = attached["sessionId"];
  for (const domain of ["Page", "Runtime", "Network", "Log"]) {
    await send(`${domain}.enable`);
  }
  await send("Page.navigate", { url });
  await loaded.promise;
  const mouse = (type: string, [x, y]: [number, number], buttons: number) =>
    send("Input.dispatchMouseEvent", {
      ...{ type, x, y, buttons, clickCount: 1 },
      button: type === "mouseMoved" ? "none" : "left",
    });
  return {
    evaluate: async <T>(expression: string) => {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value: T }).value;
    },
    send,
    drag: async (from, to) => {
      await mouse("mouseMoved", from, 0);
      await mouse("mousePressed", from, 1);
      const middle = [0, 1].map((at) => (from[at]! + to[at]!) / 2);
      await mouse("mouseMoved", middle as [number, number], 1);
      await mouse("mouseMoved", to, 1);
      await mouse("mouseReleased", to, 0);
    },
    press: async (key) => {
      const text = key.length === 1 ? { text: key } : {};
      await send("Input.dispatchKeyEvent", { type: "keyDown", key, ...text });
      await send("Input.dispatchKeyEvent", { type: "keyUp", key });
    },
    requests,
    messages,
  };
}
