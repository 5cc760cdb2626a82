/**
 * Pages of made-up points as ready bytes. The texts of the points of a series
 * are of one width, so that a page is a copy of part of a text that was written
 * once, with other times: faster than any client reads it.
 *
 * @module
 */

/** The first second of every series; all times have ten digits. */
export const FIRST_SECOND = 1_600_000_000;

/** An event type with the width of its values. */
interface Kind {
  eventType: string;
  /**
   * The text of a value, made of a whole number below `range`; always as many
   * characters.
   */
  text: (number: number) => string;
  range: number;
}

const KINDS: readonly Kind[] = [
  {
    eventType: "throughput",
    text: (number) => `${1_000_000_000 + number}.0`,
    range: 9_000_000_000,
  },
  {
    eventType: "packet-loss-rate",
    // The last digit is not 0: programs that read and print the number again
    // come to the same text.
    text: (number) =>
      `0.${String(Math.floor(number / 9)).padStart(3, "0")}${number % 9 + 1}`,
    range: 9000,
  },
  {
    eventType: "packet-count-sent",
    text: (number) => `${10_000 + number}.0`,
    range: 90_000,
  },
  {
    eventType: "packet-retransmits",
    text: (number) => `${100 + number}.0`,
    range: 900,
  },
];

/** The event types that there are points of, whose values are numbers. */
export const MADE_UP_EVENT_TYPES: readonly string[] = KINDS.map((kind) =>
  kind.eventType
);

/** Buckets of a histogram, and hops of a trace. */
const BUCKETS = 20, HOPS = 8;

/** What is not a number, by its name. */
const OBJECTS = {
  histograms: {
    eventType: "histogram-owdelay",
    text: (number) => {
      const counts = Array.from(
        { length: BUCKETS },
        (_, at) => `"${10 + at / 10 + 0.01}":${100 + (number + at) % 900}`,
      );
      return `{${counts.join()}}`;
    },
    range: 900,
  },
  traces: {
    eventType: "packet-trace",
    text: (number) => {
      const hops = Array.from({ length: HOPS }, (_, at) => {
        const rtt = (10 + (number + at) % 90 + 0.12).toFixed(2);
        return `{"ttl":${at + 1},"query":1,"success":1,` +
          `"ip":"198.51.100.${101 + (number + at) % 99}","rtt":${rtt},` +
          `"mtu":null,"error_message":null}`;
      });
      return `[${hops.join()}]`;
    },
    range: 8910,
  },
} satisfies Record<string, Kind>;

/** The event type of histograms, and that of traces. */
export const OBJECT_EVENT_TYPES: Readonly<Record<string, string>> = {
  histograms: OBJECTS.histograms.eventType,
  traces: OBJECTS.traces.eventType,
};

/**
 * How many kinds of values an event type has: the series of a test has that of
 * its number, counted round.
 */
const VARIANTS = 4;

/** After so many points the values come again; the times do not. */
const PERIOD = 10_000;

/** So many bytes of pages are kept: many series have pages in common. */
const KEPT_BYTES = 1 << 27;

const DIGITS = 10;
const TS_AT = '{"ts":'.length;
const [ZERO, OPENING, CLOSING] = ["0", "[", "]"].map((char) =>
  char.charCodeAt(0)
) as [number, number, number];

/**
 * The points of all series: point `n` of each is at `FIRST_SECOND + n *
 * spacing`.
 */
export class MadeUpPoints {
  readonly #spacing: number;
  readonly #texts = new Map<string, Uint8Array>();
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  #keptBytes = 0;

  /**
   * Begins with nothing made.
   *
   * @param spacing Seconds from one point to the next.
   */
  constructor(spacing: number) {
    this.#spacing = spacing;
  }

  /**
   * Some points of a series, as the archive sends them.
   *
   * @param eventType One of those that there are.
   * @param test The number of the test.
   * @param first The number of the first point.
   * @param count How many points.
   */
  page(
    eventType: string,
    test: number,
    first: number,
    count: number,
  ): Uint8Array<ArrayBuffer> {
    if (count === 0) return new TextEncoder().encode("[]");
    const key = `${eventType} ${test % VARIANTS} ${first} ${count}`;
    let page = this.#kept.get(key);
    if (page === undefined) {
      page = this.#make(eventType, test % VARIANTS, first, count);
      if (this.#keptBytes + page.length > KEPT_BYTES) {
        this.#kept.clear();
        this.#keptBytes = 0;
      }
      this.#kept.set(key, page);
      this.#keptBytes += page.length;
    }
    return page;
  }

  #make(eventType: string, variant: number, first: number, count: number) {
    const text = this.#text(eventType, variant);
    const width = text.length / PERIOD;
    const page = new Uint8Array(1 + count * width);
    page[0] = OPENING;
    for (let done = 0; done < count;) {
      const from = (first + done) % PERIOD;
      const some = Math.min(count - done, PERIOD - from);
      const part = text.subarray(from * width, (from + some) * width);
      page.set(part, 1 + done * width);
      done += some;
    }
    for (let index = 0; index < count; index++) {
      let rest = FIRST_SECOND + (first + index) * this.#spacing;
      const at = 1 + index * width + TS_AT;
      for (let digit = DIGITS - 1; digit >= 0; digit--) {
        const shorter = Math.floor(rest / 10);
        page[at + digit] = ZERO + rest - shorter * 10;
        rest = shorter;
      }
    }
    page[page.length - 1] = CLOSING; // where the comma of the last point is
    return page;
  }

  /**
   * The points of one period, each followed by a comma and a time that is
   * yet to be set.
   */
  #text(eventType: string, variant: number): Uint8Array {
    const key = `${eventType} ${variant}`;
    let text = this.#texts.get(key);
    if (text === undefined) {
      const kind = [...KINDS, ...Object.values<Kind>(OBJECTS)]
        .find((each) => each.eventType === eventType)!;
      let state = variant + 1;
      const points = Array.from({ length: PERIOD }, () => {
        state = Math.imul(state, 1_664_525) + 1_013_904_223 >>> 0;
        const value = kind.text(Math.floor(state / 2 ** 32 * kind.range));
        return `{"ts":${"0".repeat(DIGITS)},"val":${value}},`;
      });
      text = new TextEncoder().encode(points.join(""));
      this.#texts.set(key, text);
    }
    return text;
  }
}
