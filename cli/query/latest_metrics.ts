/**
 * The newest values as metrics.
 *
 * @module
 */

import { eventTypeInfo } from "../../client/event_types.ts";
import { FAILURES, RUN_HREF } from "../../insight/representative.ts";
import { representativeOf } from "../../insight.ts";
import type { MetricFamily, Sample } from "../output/openmetrics.ts";
import type { Metadata } from "../../mod.ts";
import type { TestNames } from "./answer_tests.ts";

/** The newest value of a series. */
export interface NewestValue {
  /** The test. */
  test: Metadata;
  /** What tells it from others. */
  names: TestNames;
  /** The event type. */
  eventType: string;
  /** Its time, in seconds since 1970 UTC. */
  ts: number;
  /** The value; percentiles by their name in place of a histogram. */
  value: unknown;
}

const LOSS = ["packet-loss-rate", "packet-loss-rate-bidir"];
const DELAY = ["histogram-owdelay", "histogram-rtt"];

/** The event types whose values are metrics. */
const VALUES = ["throughput", ...LOSS, ...DELAY];

/**
 * Whether an event type of a test is read: for its value, if it is asked for,
 * or to know when the test last ran.
 */
export function isOfMetrics(
  test: Metadata,
  eventType: string,
  asked: readonly string[],
): boolean {
  if (VALUES.includes(eventType)) {
    if (asked.length === 0 || asked.includes(eventType)) return true;
  }
  const ofRuns = representativeOf(test.eventTypes);
  // Of other tests, any may be the one that has a point for each run.
  const isKnown = eventTypeInfo(ofRuns ?? "")?.place !== undefined;
  return !isKnown || [RUN_HREF, FAILURES, ofRuns].includes(eventType);
}

/** Gathers newest values, and makes metrics of them. */
export class LatestMetrics {
  readonly #throughput: Sample[] = [];
  readonly #loss: Sample[] = [];
  readonly #delay: Sample[] = [];
  readonly #times: Sample[] = [];
  readonly #runs = new Map<string, Sample>();
  readonly #asked: readonly string[];
  readonly #hasArchives: boolean;

  /**
   * Begins to gather.
   *
   * @param asked The event types whose values are asked for; all if empty.
   * @param hasArchives Whether the archive is a label: there are several.
   */
  constructor(asked: readonly string[], hasArchives = false) {
    this.#asked = asked;
    this.#hasArchives = hasArchives;
  }

  /** Takes the newest value of a series. */
  take({ test, names, eventType, ts, value }: NewestValue): void {
    const { archive, ...ofTest } = names;
    const labels = this.#hasArchives ? { ...ofTest, archive } : ofTest;
    const id = JSON.stringify(labels);
    const run = this.#runs.get(id)?.value ?? -Infinity;
    this.#runs.set(id, { labels, value: Math.max(run, ts) });
    const { length } = this.#asked;
    if (length > 0 && !this.#asked.includes(eventType)) return;
    if (this.#takeValue(labels, test, eventType, value)) {
      this.#times.push({
        labels: { ...labels, event_type: eventType },
        value: ts,
      });
    }
  }

  #takeValue(
    labels: Sample["labels"],
    test: Metadata,
    eventType: string,
    value: unknown,
  ): boolean {
    if (DELAY.includes(eventType)) {
      return this.#takeDelay(labels, eventType, value);
    }
    if (typeof value !== "number" || !Number.isFinite(value)) return false;
    if (eventType === "throughput") this.#throughput.push({ labels, value });
    else if (LOSS.includes(eventType)) {
      const kind = kindOfLoss(test, eventType);
      this.#loss.push({ labels: { ...labels, kind }, value });
    } else return false;
    return true;
  }

  #takeDelay(
    labels: Sample["labels"],
    eventType: string,
    value: unknown,
  ): boolean {
    const kind = eventType === "histogram-rtt" ? "round-trip" : "one-way";
    const samples = Object.entries(value ?? {}).flatMap(([name, delay]) => {
      if (typeof delay !== "number") return [];
      const quantile = inThousandths(Number(name.slice(1)) * 10);
      return [{
        labels: { ...labels, kind, quantile },
        value: inThousandths(delay),
      }];
    });
    this.#delay.push(...samples);
    return samples.length > 0;
  }

  /**
   * The metrics of all that was taken.
   *
   * @param up Whether the archive, or each of several, has answered everything.
   */
  families(up: readonly Sample[]): MetricFamily[] {
    return [
      {
        name: "esmond_up",
        type: "gauge",
        help:
          "1 if the archive answered everything that was asked, 0 if something could not be read and is missing here.",
        samples: up,
      },
      {
        name: "esmond_throughput_bits_per_second",
        type: "gauge",
        unit: "bits_per_second",
        help: "The newest throughput.",
        samples: this.#throughput,
      },
      {
        name: "esmond_packet_loss_ratio",
        type: "gauge",
        unit: "ratio",
        help:
          "The newest loss, from 0 to 1; kind tells one-way and round-trip loss, and that of UDP throughput tests.",
        samples: this.#loss,
      },
      {
        name: "esmond_delay_seconds",
        type: "summary",
        unit: "seconds",
        help: "Quantiles of the delays in the newest histogram.",
        samples: this.#delay,
      },
      {
        name: "esmond_value_timestamp_seconds",
        type: "gauge",
        unit: "seconds",
        help: "When the newest value of an event type was measured.",
        samples: this.#times,
      },
      {
        name: "esmond_last_run_timestamp_seconds",
        type: "gauge",
        unit: "seconds",
        help: "When the test last ran, whether or not it failed.",
        samples: [...this.#runs.values()],
      },
    ];
  }
}

/** Loss is of three kinds, which say different things. */
function kindOfLoss(test: Metadata, eventType: string): string {
  if (eventType === "packet-loss-rate-bidir") return "round-trip";
  return test.eventTypes.includes("throughput") ? "udp-throughput" : "one-way";
}

/** Divided by 1000, without digits that only binary fractions have. */
function inThousandths(value: number): number {
  return Number((value / 1000).toPrecision(12));
}
