/**
 * Many archives in one process, each on a port of its own, some of which do not
 * answer as they should. As a program, it prints their addresses as JSON.
 *
 * @module
 */

import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "../../tests/servers/tls.ts";

/** How many archives there are, and of what kind. */
export interface Counts {
  /** Those that answer. */
  answering: number;
  /** Those that take a request, and never answer it. */
  silent: number;
  /** Those that list their tests, but never answer with points. */
  mute?: number;
  /** Ports at which nobody listens. */
  refusing: number;
  /** Those whose certificate nobody vouches for. */
  untrusted: number;
  /** Tests in each that answers. */
  tests: number;
}

/** The archives. */
export interface ManyArchives extends AsyncDisposable {
  /** The addresses of those that answer. */
  answering: string[];
  /** The addresses of the others. */
  faulty: string[];
}

const ROOT = "/esmond/perfsonar/archive/";

/** Every test ran each half hour, for three days. */
const EVERY = 1800;
const SPAN = 3 * 86_400;

/**
 * Starts them.
 *
 * @param now When the last runs were, in seconds since 1970 UTC.
 */
export async function startArchives(
  { answering, silent, mute = 0, refusing, untrusted, tests }: Counts,
  now: number,
): Promise<ManyArchives> {
  const last = now - 60;
  const pointsOf = ({ searchParams }: URL) => {
    const from = Number(searchParams.get("time-start") ?? 0);
    const to = Number(searchParams.get("time-end") ?? Infinity);
    const points: string[] = [];
    for (let ts = last - SPAN; ts <= last; ts += EVERY) {
      if (ts >= from && ts <= to) points.push(`{"ts":${ts},"val":0}`);
    }
    return `[${points}]`;
  };
  const open = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const json = (body: string) =>
    new Response(body, { headers: { "content-type": "application/json" } });
  const addressOf = (server: Deno.HttpServer<Deno.NetAddr>) =>
    `http://127.0.0.1:${server.addr.port}`;
  const ended = new AbortController();
  const never = () =>
    new Promise<Response>((resolve) => {
      ended.signal.addEventListener("abort", () => resolve(json("[]")));
    });
  const servers = Array.from({ length: answering }, (_, at) => {
    const list = listOf(at, tests, now);
    return Deno.serve(
      open,
      (request) => {
        const url = new URL(request.url);
        return json(url.pathname.endsWith("/base") ? pointsOf(url) : list);
      },
    );
  });
  const mutes = Array.from({ length: mute }, (_, at) => {
    const list = listOf(answering + at, tests, now);
    return Deno.serve(
      open,
      ({ url }) =>
        new URL(url).pathname.endsWith("/base") ? never() : json(list),
    );
  });
  const silents = Array.from(
    { length: silent },
    () => Deno.serve(open, never),
  );
  const nobody = Array.from({ length: refusing }, () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return `http://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`;
  });
  const tls = Array.from(
    { length: untrusted },
    () => createServer(selfSigned()).listen(0, "127.0.0.1"),
  );
  await Promise.all(
    tls.map((server) =>
      new Promise((resolve) => server.once("listening", resolve))
    ),
  );
  return {
    answering: servers.map(addressOf),
    faulty: [
      ...[...silents, ...mutes].map(addressOf),
      ...nobody,
      ...tls.map((server) =>
        `https://127.0.0.1:${(server.address() as AddressInfo).port}`
      ),
    ],
    async [Symbol.asyncDispose]() {
      ended.abort();
      for (const server of tls) server.close();
      await Promise.all(
        [...servers, ...silents, ...mutes].map((each) => each.shutdown()),
      );
    },
  };
}

/** The list of an archive, as esmond prints it. */
function listOf(archive: number, tests: number, now: number): string {
  return JSON.stringify(
    Array.from({ length: tests }, (_, at) => {
      const key = `${archive}-${at}`;
      return {
        "metadata-count-total": tests,
        "metadata-key": key,
        "uri": `${ROOT}${key}/`,
        "source": `198.18.${archive >> 8}.${archive & 255}`,
        "destination": `198.19.${archive >> 8}.${at}`,
        "measurement-agent": `198.18.${archive >> 8}.${archive & 255}`,
        "tool-name": "pscheduler/powstream",
        "time-interval": "0",
        "event-types": ["packet-loss-rate", "histogram-owdelay", "failures"]
          .map((name) => ({
            "event-type": name,
            "base-uri": `${ROOT}${key}/${name}/base`,
            "summaries": [],
            "time-updated": name === "failures" ? null : now - 60,
          })),
      };
    }),
  );
}

if (import.meta.main) {
  const counts = JSON.parse(Deno.args[0]!) as Counts;
  const archives = await startArchives(counts, Math.floor(Date.now() / 1000));
  const { answering, faulty } = archives;
  console.log(JSON.stringify({ answering, faulty }));
}
