/**
 * The list of tests of an elmond whose tests go on running: the one with the
 * latest result comes first, and results arrive between requests.
 */

import { json } from "./serve.ts";
import { pick, seeded } from "./seeded.ts";

const ROOT = "/esmond/perfsonar/archive";

/** The types of tests between two hosts; others are of one host. */
const BETWEEN_TWO = ["latencybg", "latency", "rtt", "throughput", "trace"];
const OF_ONE = ["dns", "http", "clock"];

/** What the list is made from. */
export interface ElmondListPlan {
  tests: number;
  seed: number;
  /** How many results arrive before each request but the first. */
  arriving: number;
  /** Which tests cannot be described, by their place at first. */
  isUndescribable?: (place: number) => boolean;
}

interface RunningTest {
  key: string;
  type: string;
  tool: string;
  inputSource: string;
  isDescribable: boolean;
}

/** A list that changes while it is read. */
export class ElmondList {
  /** What was asked for. */
  readonly asked: string[] = [];
  /** All tests, the one with the latest result first. */
  readonly tests: RunningTest[];
  readonly #random: () => number;
  readonly #arriving: number;

  /** Makes the tests. */
  constructor(plan: ElmondListPlan) {
    this.#random = seeded(plan.seed);
    this.#arriving = plan.arriving;
    this.tests = Array.from({ length: plan.tests }, (_, place) => ({
      key: `${plan.seed}-${place}`,
      type: pick([...BETWEEN_TWO, ...OF_ONE], this.#random),
      tool: pick(["traceroute", "paris-traceroute", "iperf3"], this.#random),
      inputSource: pick(["lat1-alpha.example", "beta"], this.#random),
      isDescribable: !plan.isUndescribable?.(place),
    }));
  }

  /** The keys of all tests that can be described. */
  keys(): string[] {
    return this.tests.filter(({ isDescribable }) => isDescribable)
      .map(({ key }) => key).sort();
  }

  /** Answers a request for the list. */
  answer(url: URL): Response {
    if (this.asked.length > 0) this.#receive();
    this.asked.push(url.search);
    const query = url.searchParams;
    const limit = Number(query.get("limit") ?? 1000);
    const offset = Number(query.get("offset") ?? 0);
    if (limit > 10_000 || limit < 1) return new Response("", { status: 400 });
    const found = this.tests.filter((test) => matches(test, query));
    const entries: Record<string, unknown>[] = found
      .slice(offset, offset + limit)
      .filter(({ isDescribable }) => isDescribable).map(entryOf);
    const total = found.length > 3000
      ? Math.round(found.length * 0.993)
      : found.length;
    const next = offset + limit;
    if (entries[0] !== undefined) {
      entries[0] = {
        ...entries[0],
        "metadata-count-total": total,
        "metadata-previous-page": null,
        "metadata-next-page": next < total
          ? `https://host/?limit=${total - next}&offset=${next}`
          : null,
      };
    }
    return json(entries);
  }

  /** Some tests get a result, most often those without one for long. */
  #receive(): void {
    for (let i = 0; i < this.#arriving; i++) {
      const at = Math.floor(Math.sqrt(this.#random()) * this.tests.length);
      this.tests.unshift(...this.tests.splice(at, 1));
    }
  }
}

function matches(test: RunningTest, query: URLSearchParams): boolean {
  const type = query.get("pscheduler-test-type");
  const subject = query.get("subject-type");
  const isOfOne = OF_ONE.includes(test.type);
  return (type === null || type === test.type) &&
    (subject === null || (subject === "network-element") === isOfOne) &&
    isFound(test.tool, query.get("tool-name")) &&
    isFound(test.inputSource, query.get("input-source")) &&
    // disk-to-disk and the like are found by no event type
    (query.get("event-type") ?? "throughput") === "throughput" &&
    (!query.has("event-type") || test.type !== "dns");
}

/** elmond compares words, so text with a hyphen is never found. */
function isFound(text: string, wanted: string | null): boolean {
  return wanted === null || text.split("-").includes(wanted);
}

function entryOf(test: RunningTest): Record<string, unknown> {
  const uri = `${ROOT}/${test.key}`;
  const isOfOne = OF_ONE.includes(test.type);
  return {
    "metadata-key": test.key,
    uri,
    "subject-type": isOfOne ? "network-element" : "point-to-point",
    "pscheduler-test-type": test.type,
    "tool-name": `pscheduler/${test.tool}`,
    "input-source": test.inputSource,
    "event-types": [{
      "event-type": "throughput",
      "base-uri": `${uri}/throughput/base/0`,
      summaries: [],
    }],
  };
}
