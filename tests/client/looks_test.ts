/** What is new at each look, against archives that change between looks. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { eachOnce } from "../../client/looks.ts";
import {
  ArchiveHttpError,
  ArchiveSizeError,
  ArchiveUnreachableError,
} from "../../mod.ts";
import { ArrivingArchive, BEGIN } from "../servers/arriving.ts";
import { json, withServer } from "../servers/serve.ts";
import { watchSteps } from "./watching.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const PATH = "k1/throughput/base";

/** Lets time pass; points arrive at its end. */
function later(seconds: number, ...ago: number[]) {
  return (archive: ArrivingArchive) => {
    archive.clock += seconds;
    for (const each of ago) archive.put(PATH, archive.clock - each, each);
  };
}

/** How points of the series are shown. */
function at(...points: [second: number, value: number][]): string[] {
  return points.map(([second, val]) => `throughput ${BEGIN + second} ${val}`);
}

Deno.test("what is there at the first look is not new, and each point comes once", async () => {
  const archive = new ArrivingArchive();
  archive.put(PATH, BEGIN - 90);
  archive.put(PATH, BEGIN - 30);
  const { looks, lines, pauses } = await watchSteps({ archive }, [
    later(30, 10),
    later(30),
    later(30, 20, 10),
    later(2 * HOUR, 50),
    later(2 * HOUR, 50),
  ]);
  assertEquals(looks, [
    [],
    at([20, 10]),
    [],
    at([70, 20], [80, 10]),
    at([90 + 2 * HOUR - 50, 50]),
    at([90 + 4 * HOUR - 50, 50]),
  ]);
  assertEquals([lines, pauses], [[], [30, 30, 30, 30, 30]]);
});

Deno.test("with a start, what is there since then comes first, and nothing before it ever", async () => {
  const archive = new ArrivingArchive();
  archive.put(PATH, BEGIN - 30 * HOUR, 1);
  archive.put(PATH, BEGIN - 20 * HOUR, 2);
  archive.put(PATH, BEGIN - 30, 3);
  const filters = { timeStart: BEGIN - 24 * HOUR };
  const { looks } = await watchSteps({ archive, filters }, [
    later(30, 10),
    later(30, 30 * HOUR),
  ]);
  assertEquals(looks, [
    at([-20 * HOUR, 2], [-30, 3]),
    at([20, 10]),
    [],
  ]);
  const recent = await watchSteps({
    archive: new ArrivingArchive(),
    filters: { timeStart: BEGIN - 60 },
  }, [later(30, 100, 80), later(HOUR, HOUR + 95, HOUR + 85), later(HOUR, 50)]);
  assertEquals(recent.looks, [
    [],
    at([-50, 80]),
    at([-55, HOUR + 85]),
    at([30 + 2 * HOUR - 50, 50]),
  ]);
});

Deno.test("a point that is late comes when it arrives, if it is no later than the overlap", async () => {
  const { looks, lines } = await watchSteps({ options: { overlap: 600 } }, [
    later(30, 10),
    later(600, 590, 5),
    later(600, 1190, 600, 599),
    later(30, 601 + 30),
  ]);
  assertEquals(looks, [
    [],
    at([20, 10]),
    at([40, 590], [625, 5]),
    at([630, 600], [631, 599]),
    [],
  ]);
  assertEquals(lines, []);
});

Deno.test("a series that gets its points too late to be seen is told of, once", async () => {
  const late = later(30, 2 * HOUR);
  const now = later(30, 1);
  const sometimes = await watchSteps({}, [now, late, late, now, late, late]);
  assertEquals(sometimes.looks.flat().length, 2);
  assertEquals(sometimes.lines, []);
  const { looks, lines } = await watchSteps({}, [
    ...[now, late, later(30), late, later(30), late],
    ...[now, late, late, late, late],
  ]);
  assertEquals(looks.flat().length, 2);
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /older than 3600 s, .* overlap .*throughput\/base$/);
});

Deno.test("tests and event types that appear are found, those that rest cost no request", async () => {
  const archive = new ArrivingArchive();
  archive.put(PATH, BEGIN - 10);
  const { looks } = await watchSteps({ archive }, [
    (archive) => {
      archive.clock += 30;
      archive.put("k2/packet-loss-rate/base", archive.clock - 5, 0.25);
      archive.put("k1/path-mtu/base", archive.clock - 6, 1500);
    },
    later(2 * HOUR),
    later(30),
    (archive) => {
      archive.asked = [];
    },
  ]);
  const text = looks.map((look) => look.sort());
  assertEquals(text, [
    [],
    [
      `packet-loss-rate ${BEGIN + 25} 0.25`,
      `path-mtu ${BEGIN + 24} 1500`,
    ],
    ...[[], [], []],
  ]);
  assertEquals(archive.requests, [`${BEGIN + 60 + HOUR}`]);
});

Deno.test("esmond's point comes once when its value changes, elmond's for each value", async () => {
  for (
    const [dialect, values] of [["esmond", [5]], ["elmond", [5, 6]]] as const
  ) {
    const archive = new ArrivingArchive(dialect);
    const { looks } = await watchSteps({ archive }, [
      (archive) => archive.put(PATH, BEGIN + 1, 5),
      (archive) => archive.correct(PATH, BEGIN + 1, 6),
      (archive) => archive.put(PATH, BEGIN + 2, 7),
    ]);
    assertEquals(looks.flat(), [
      ...at(...values.map((val): [number, number] => [1, val])),
      ...at([2, 7]),
    ]);
  }
});

Deno.test("points of one second come once each, also equal ones", async () => {
  const archive = new ArrivingArchive("elmond");
  archive.put(PATH, BEGIN, 1);
  const { looks } = await watchSteps({ archive }, [
    (archive) => archive.put(PATH, BEGIN, 1),
    (archive) => archive.put(PATH, BEGIN, 2),
    () => {},
    (archive) => archive.put(PATH, BEGIN, 1),
  ]);
  assertEquals(looks, [[], at([0, 1]), at([0, 2]), [], at([0, 1])]);
});

Deno.test("points without a time come once", async () => {
  const archive = new ArrivingArchive();
  archive.put(PATH, BEGIN, 1);
  const { looks } = await watchSteps({ archive }, [
    (archive) => {
      archive.misbehave = ({ pathname }) =>
        pathname.endsWith(PATH)
          ? json(`[{"ts":${BEGIN},"val":1},{"val":2},{"val":3}]`)
          : undefined;
    },
    () => {},
    later(2 * HOUR),
  ]);
  const [none, ...others] = looks;
  assertEquals(none, []);
  assertEquals(others[0], ["throughput NaN 2", "throughput NaN 3"]);
  assertEquals(others[1], []);
});

Deno.test("a roll-up's window comes once, when it ended longer ago than the overlap", async () => {
  for (const dialect of ["esmond", "elmond"] as const) {
    const archive = new ArrivingArchive(dialect);
    const put = (hour: number, val: number) => {
      archive.put("k1/throughput/averages/3600", BEGIN + hour * HOUR, val);
      archive.put(PATH, archive.clock - 1);
    };
    put(-3, 1);
    put(-1, 2);
    const filters = { summaryType: "average", summaryWindow: 3600 };
    const { looks } = await watchSteps({
      archive,
      filters,
      options: { overlap: 600 },
      show: ({ summary, point }) => `${summary} ${point.tsEpoch - BEGIN}`,
    }, [
      later(599),
      later(1),
      () => put(0, 3),
      later(HOUR),
      later(HOUR),
    ]);
    const [window] = ["<Summary/average: window:3600>"];
    assertEquals(looks, [
      ...[[], []],
      [`${window} ${-HOUR}`],
      [],
      [`${window} 0`],
      [],
    ]);
  }
});

Deno.test("the last window of a test that has ended comes, too", async () => {
  const archive = new ArrivingArchive();
  const filters = { summaryType: "average", summaryWindow: 3600 };
  const { looks } = await watchSteps({
    archive,
    filters,
    options: { overlap: 600 },
  }, [
    () => {
      archive.clock += 300;
      archive.put(PATH, BEGIN + 240);
      archive.put("k1/throughput/averages/3600", BEGIN, 5);
    },
    later(1200),
    later(1200),
    later(1500),
  ]);
  assertEquals(looks, [[], [], [], [], at([0, 5])]);
});

Deno.test("roll-ups from a start on begin with the first window that is not before it", async () => {
  const archive = new ArrivingArchive();
  for (let hour = -10; hour <= 0; hour++) {
    archive.put("k1/throughput/averages/3600", BEGIN + hour * HOUR, hour);
  }
  const { looks } = await watchSteps({
    archive,
    filters: {
      summaryType: "average",
      summaryWindow: "3600",
      timeStart: BEGIN - 5 * HOUR + 1,
    },
  }, [later(HOUR)]);
  assertEquals(looks, [
    at([-4 * HOUR, -4], [-3 * HOUR, -3], [-2 * HOUR, -2]),
    at([-HOUR, -1]),
  ]);
});

Deno.test("an archive that is away is waited for, longer and longer, and nothing is lost", async () => {
  const troubles: ((url: URL) => Response)[] = [
    () => new Response("gone", { status: 404 }),
    () => new Response("busy", { status: 503 }),
    () => new Response("<html>starting</html>"),
    () => json("[{"),
    () => json({ detail: "Unable to find address" }, { status: 400 }),
    () => new Response("failed", { status: 500 }),
    () => new Response("gone", { status: 404 }),
  ];
  const away =
    (trouble: (url: URL) => Response) => (archive: ArrivingArchive) => {
      later(HOUR, 20)(archive);
      archive.misbehave = trouble;
    };
  const { looks, lines, pauses } = await watchSteps({}, [
    later(30, 10),
    ...troubles.map(away),
    (archive) => archive.misbehave = () => undefined,
    later(30, 5),
  ]);
  assertEquals(looks[1], at([20, 10]));
  assertEquals(looks.slice(2, 9), troubles.map(() => []));
  assertEquals(
    looks[9],
    at(...troubles.map((_, hour): [number, number] => [
      30 + (hour + 1) * HOUR - 20,
      20,
    ])),
  );
  assertEquals(looks[10], at([30 + 7 * HOUR + 25, 5]));
  assertEquals(lines.length, 2);
  assertMatch(lines[0]!, /^waiting for the archive: .* answered 404: gone/);
  assertEquals(lines[1], "the archive is back");
  const longest = [30, 30, 30, 60, 120, 240, 300, 300, 300];
  for (const [index, most] of longest.entries()) {
    const pause = pauses[index]!;
    assert(pause <= most && pause >= most / 2, `${pauses}`);
  }
  assertEquals(pauses.at(-1), 30);
});

Deno.test("an archive that goes away in the middle of a look loses and repeats nothing", async () => {
  const archive = new ArrivingArchive();
  const keys = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
  const put = (ago: number) => {
    for (const key of keys) {
      archive.put(`${key}/throughput/base`, archive.clock - ago, ago);
    }
  };
  const { looks, lines } = await watchSteps({
    archive,
    filters: { timeStart: BEGIN - 60 },
    show: ({ test, point }) => `${test.metadataKey} ${point.val}`,
  }, [
    () => {
      archive.clock += 30;
      put(20);
      put(10);
      archive.misbehave = ({ pathname }) =>
        pathname.includes("/d/")
          ? json({ detail: "stopping" }, { status: 503 })
          : undefined;
    },
    () => {
      archive.clock += 30;
      put(25);
      archive.misbehave = () => undefined;
    },
  ]);
  assertEquals(looks[1], ["a 20", "a 10", "b 20", "b 10", "c 20", "c 10"]);
  const all = keys.flatMap((key) => [20, 10, 25].map((val) => `${key} ${val}`));
  assertEquals(looks.flat().sort(), all.sort());
  assertEquals(lines.length, 2);
});

Deno.test("an archive whose connection breaks in the middle of a look, or whose series are all too slow, is away as a whole", async () => {
  const keys = ["a", "b", "c", "d"];
  const breaks: [fetched: () => Promise<Response>, reason: RegExp][] = [
    [
      () => Promise.reject(new TypeError("connection reset by peer")),
      /^waiting for the archive: .* the connection was cut off/,
    ],
    [
      () => Promise.resolve(json("", { status: 504 })),
      /^waiting for the archive: .* answered 504/,
    ],
  ];
  for (const [fetched, reason] of breaks) {
    const archive = new ArrivingArchive();
    let isBroken = true;
    const { looks, lines } = await watchSteps(
      {
        archive,
        show: ({ test, point }) => `${test.metadataKey} ${point.val}`,
        connection: {
          fetch: (input, init) =>
            isBroken && `${input}`.includes("/base")
              ? fetched()
              : fetch(input, init),
        },
      },
      [
        () => {
          isBroken = true;
          archive.clock += 30;
          for (const key of keys) {
            archive.put(`${key}/throughput/base`, archive.clock - 5, 5);
          }
        },
        () => isBroken = false,
      ].map((step) => () => void step()),
    );
    const all = keys.map((key) => `${key} 5`);
    assertEquals(looks, [[], [], all]);
    assert(lines.some((line) => reason.test(line)), lines.join("\n"));
    assertEquals(lines.at(-1), "the archive is back");
  }
});

Deno.test("a long past that is cut off is continued where it was", async () => {
  const archive = new ArrivingArchive();
  const count = 2000;
  for (let index = 0; index < count; index++) {
    archive.put(PATH, BEGIN - 10 * (count - index), index);
  }
  let pages = 0;
  archive.misbehave = ({ pathname }) =>
    pathname.endsWith(PATH) && ++pages % 4 === 0
      ? json("", { status: 502 })
      : undefined;
  const { looks } = await watchSteps({
    archive,
    filters: { timeStart: BEGIN - 20 * count },
    connection: { pageSize: 200 },
    show: ({ point }) => point.text,
  }, Array.from({ length: 4 }, () => () => {}));
  assertEquals(looks.flat(), Array.from({ length: count }, (_, at) => `${at}`));
  assert(looks[0]!.length < count && looks[1]!.length > 0);
  // it does not begin again
  const starts = archive.requests.filter((line) => line.startsWith(PATH));
  assert(starts.length < 20, `${starts.length} requests`);
});

Deno.test("one series that cannot be read does not keep the others waiting, and is tried again", async () => {
  const archive = new ArrivingArchive();
  const put = (ago: number) => {
    archive.put("k1/path-mtu/base", archive.clock - ago, ago);
    archive.put(PATH, archive.clock - ago, ago);
  };
  put(10);
  const { looks, lines } = await watchSteps({ archive }, [
    () => {
      archive.clock += 30;
      put(20);
      archive.misbehave = ({ pathname }) =>
        pathname.includes("path-mtu")
          ? json({ detail: "refused" }, { status: 400 })
          : undefined;
    },
    () => {
      archive.clock += 3 * HOUR;
      put(25);
    },
    () => archive.misbehave = () => undefined,
    () => {
      archive.clock += 30;
      put(5);
    },
  ]);
  const mtu = (...points: [number, number][]) =>
    at(...points).map((line) => line.replace("throughput", "path-mtu"));
  const [one, other] = [10, 30 + 3 * HOUR - 25];
  assertEquals(looks, [
    [],
    at([one, 20]),
    at([other, 25]),
    mtu([one, 20], [other, 25]),
    [...mtu([55 + 3 * HOUR, 5]), ...at([55 + 3 * HOUR, 5])],
  ]);
  assertEquals(lines.length, 2);
  assertMatch(lines[0]!, /^one series is left out, .* answered 400: refused/);
  assertMatch(lines[1]!, /^it can be read again: .*\/path-mtu\/base$/);
});

Deno.test("a series that cannot be read is not forgotten when nothing is written to it any more, but when its test is gone", async () => {
  const archive = new ArrivingArchive();
  const other = "k2/throughput/base";
  const refuse = () => {
    archive.misbehave = ({ pathname }) =>
      pathname.endsWith(other)
        ? json({ detail: "refused" }, { status: 400 })
        : undefined;
  };
  const { looks } = await watchSteps(
    { archive },
    [
      () => {
        archive.clock += 30;
        archive.put(other, archive.clock - 5, 5);
        refuse();
      },
      later(3 * HOUR),
      () => archive.misbehave = () => undefined,
      () => {
        archive.clock += 30;
        archive.put(other, archive.clock - 6, 6);
        refuse();
      },
      () => archive.remove(other),
      later(3 * HOUR),
      () => {
        archive.asked = [];
      },
    ].map((step) => () => void step(archive)),
  );
  assertEquals(looks.flat(), at([25, 5]));
  assertEquals(archive.requests, [`${BEGIN + 60 + 5 * HOUR}`]);
});

Deno.test("an answer that is larger than allowed ends it: waiting does not make it smaller", async () => {
  const archive = new ArrivingArchive();
  await assertRejects(
    () =>
      watchSteps({ archive, connection: { maxResponse: 5000 } }, [() => {
        for (let key = 0; key < 50; key++) {
          archive.put(`k${key}/throughput/base`, BEGIN);
        }
      }]),
    ArchiveSizeError,
  );
});

Deno.test("what cannot pass by itself ends it: refused credentials always, other failures before the first answer", async () => {
  const failing = async (status: number, isFirst: boolean) => {
    const archive = new ArrivingArchive();
    const fail = () => {
      archive.misbehave = () => json({ detail: "no" }, { status });
    };
    if (isFirst) fail();
    try {
      await watchSteps({ archive }, [fail, () => {
        archive.misbehave = () => undefined;
      }]);
    } catch (error) {
      assert(error instanceof ArchiveHttpError, `${error}`);
      return error.status;
    }
    return 0;
  };
  for (const status of [401, 403]) {
    assertEquals(await failing(status, true), status);
    assertEquals(await failing(status, false), status);
  }
  for (const status of [400, 404, 500]) {
    assertEquals(await failing(status, true), status);
    assertEquals(await failing(status, false), 0);
  }
  for (const status of [429, 502, 503, 504]) {
    assertEquals(await failing(status, true), 0);
  }
});

Deno.test("an archive that has not begun to listen is waited for, a name that does not resolve is not", async () => {
  const isAway = async (fetched: () => Promise<Response>) => {
    let requests = 0;
    const away: typeof fetch = (...args) =>
      requests++ === 0 ? fetched() : fetch(...args);
    try {
      const { lines } = await watchSteps(
        { connection: { fetch: away } },
        [() => {}],
      );
      return lines.length === 2;
    } catch (error) {
      assert(error instanceof ArchiveUnreachableError, `${error}`);
      return false;
    }
  };
  const origin = await withServer(
    json.bind(undefined, []),
    (origin) => Promise.resolve(origin),
  );
  // what the platform says of a port that was closed, and of a name
  assertEquals(await isAway(() => fetch(origin)), true);
  assertEquals(
    await isAway(() =>
      Promise.reject(
        new TypeError(
          "client error (Connect): dns error: failed to lookup address information",
        ),
      )
    ),
    false,
  );
});

Deno.test("of the clocks of the archive and this machine, the one that is behind counts", async () => {
  const now = Math.floor(Date.now() / 1000);
  for (const clock of [now - 3 * 86_400, now + 3 * 86_400, undefined]) {
    const archive = new ArrivingArchive();
    archive.hasDate = clock !== undefined;
    archive.clock = clock ?? now;
    // written to before this machine's clock less the overlap
    const written = Math.min(archive.clock, now);
    archive.put(PATH, written - 100, 1);
    const { looks } = await watchSteps({ archive }, [
      () => archive.put(PATH, written - 50, 2),
    ]);
    assertEquals(looks, [[], [`throughput ${written - 50} 2`]], `${clock}`);
  }
});

Deno.test("eachOnce() tells each line once", () => {
  const told: string[] = [];
  const tell = eachOnce((line) => told.push(line));
  for (const line of ["a", "b", "a", "b", "c"]) tell(line);
  assertEquals(told, ["a", "b", "c"]);
});
