/**
 * The tests that an archive gets: what it is told of each, and which series.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { ArchiveHttpError, PostError } from "../../mod.ts";
import { UsageError } from "../errors.ts";
import type { FailedSeries } from "../export/report.ts";
import type { Delivery } from "../input/delivery.ts";
import { readDescriptions } from "../input/descriptions.ts";
import { countsOf } from "../input/fractions.ts";
import type { Leftovers } from "../input/leftovers.ts";
import { LossRates } from "../input/loss.ts";
import { buildPost } from "../input/metadata_posts.ts";
import type { Posting } from "../input/posting.ts";
import type { CopyJob, TestToCopy } from "./jobs.ts";

/** A test on its way to an archive. */
export interface TestToPost {
  /** Its key in the archive that it comes from. */
  readonly key: string;
  /** Its series, those first that others need. */
  readonly jobs: readonly CopyJob[];
  /** Where the packets of its loss rates are; absent if it has none. */
  readonly packets?: Packets;
  /** Describes it to the archive, and gives its key there. */
  describe(): Promise<string>;
  /** Makes counts of its loss rates. */
  rates(delivery: Delivery, leftovers: Leftovers): LossRates;
}

/** Where the number of packets of a loss rate is. */
type Packets = "counted" | "sample-size" | "unknown";

/** The event type that counts packets, which is copied first. */
const SENT = "packet-count-sent";

/**
 * The tests that an archive can have, each as it takes it.
 *
 * @param tests The tests of the source.
 * @param posting The archive that they are copied to.
 * @param failed Gets those that it cannot have.
 * @returns The tests, and a line for each with what it cannot have of it.
 */
export function describeTests(
  tests: readonly TestToCopy[],
  posting: Posting,
  failed: FailedSeries[],
): { tests: TestToPost[]; left: string[] } {
  const left: string[] = [];
  const taken = tests.flatMap((test) => {
    try {
      return [testToPost(test, posting, left)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      failed.push({ which: `the test ${test.key}`, why: error.message });
      return [];
    }
  });
  return { tests: taken, left };
}

function testToPost(
  { key, entry, jobs }: TestToCopy,
  { url, access }: Posting,
  left: string[],
): TestToPost {
  const described = readDescriptions(entry)[0]!;
  const post = buildPost(described, url, access);
  checked(() => post.jsonPayload());
  if (described.left?.length) {
    left.push(
      `of the test ${key}, because archives do not take it: ${
        described.left.join(", ")
      }`,
    );
  }
  const own = jobs.filter(({ name }) =>
    name.type === "base" && eventTypeInfo(name.eventType) !== undefined
  );
  const sent = sampleSizeOf(entry);
  const packets = packetsOf(own, sent);
  return {
    key,
    jobs: own.toSorted((one, other) => rankOf(one) - rankOf(other)),
    ...packets === undefined ? {} : { packets },
    describe: async () => {
      const { metadataKey } = await post.postMetadata().catch(told);
      return metadataKey!;
    },
    rates: (delivery, leftovers) =>
      new LossRates({
        ...{ sent, leftovers, otherwise: countsOf },
        stored: (...series) => delivery.storedValues(...series),
      }),
  };
}

function rankOf({ name }: CopyJob): number {
  return name.eventType === SENT ? 0 : 1;
}

/** The packets of each result, where the test says so. */
function sampleSizeOf(entry: string): number | undefined {
  const size = Number(JSON.parse(entry)["sample-size"] ?? NaN);
  return Number.isSafeInteger(size) && size > 0 ? size : undefined;
}

function packetsOf(
  jobs: readonly CopyJob[],
  sampleSize: number | undefined,
): Packets | undefined {
  const isOf = (name: string, valueClass: string) =>
    eventTypeInfo(name)?.valueClass === valueClass;
  if (!jobs.some(({ name }) => isOf(name.eventType, "percentage"))) {
    return undefined;
  }
  if (jobs.some(({ name }) => name.eventType === SENT)) return "counted";
  return sampleSize === undefined ? "unknown" : "sample-size";
}

/** How the rates of tests without counts are stored, a line each. */
export function rateLines(tests: readonly TestToPost[]): string[] {
  const lines: [Packets, string][] = [
    [
      "sample-size",
      "loss rates have no counts of packets: they are stored as parts of its sample-size",
    ],
    [
      "unknown",
      "loss rates have no counts of packets: they are stored as decimal fractions (0.005 as 5 of 1000), which roll-ups weigh by their digits",
    ],
  ];
  return lines.flatMap(([which, line]) => {
    const count = tests.filter(({ packets }) => packets === which).length;
    if (count === 0) return [];
    return [`of ${count === 1 ? "1 test" : `${count} tests`}, ${line}`];
  });
}

/** A description that is not complete cannot be posted. */
function checked(make: () => unknown): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof PostError)) throw error;
    throw new UsageError(error.message);
  }
}

/** The archive does not take the description of a test. */
export class RefusedTest extends Error {
  override name = "RefusedTest";
}

/** Other tests may be taken, unless the archive takes none. */
function told(error: unknown): never {
  if (!(error instanceof ArchiveHttpError)) throw error;
  const { status, message } = error;
  if (status === 405) {
    throw new UsageError(`--to: the archive takes no tests: ${message}`);
  }
  if (![400, 500].includes(status)) throw error;
  throw new RefusedTest(message, { cause: error });
}
