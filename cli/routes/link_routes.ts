/**
 * What is known of a link: its routes, and what changed with them.
 *
 * @module
 */

import {
  type Measured,
  type RouteChange,
  routeEffects,
  type Routes,
  routesOf,
  type RouteVerdict,
  type Sides,
  spacingOf,
  type Step,
  throughputSteps,
  type TimeSpan,
} from "../../insight.ts";
import type { Attempts } from "../query/attempts.ts";
import type { BucketNotes } from "../query/delays.ts";
import type { TimeWindow } from "../query/window.ts";
import { type Around, besideOf, type ChangeFacts } from "./beside.ts";
import {
  type Delays,
  readDelays,
  readLoss,
  readThroughput,
} from "./direction.ts";
import type { TracedLink } from "./find.ts";
import { readTraces } from "./read_traces.ts";
import type { RoutesSettings } from "./settings.ts";

/** A step at which the route did not change. */
export interface StepFacts {
  /** What it is of. */
  of: "delay" | "round-trip time" | "throughput";
  /** The step, in milliseconds or bits per second. */
  step: Step;
  /** What it means. */
  verdict: RouteVerdict | "throughput changed, route did not";
}

/** What is known of a link. */
export interface LinkRoutes {
  /** The link. */
  link: TracedLink;
  /** Its routes; `undefined` if its traces could not be read. */
  routes: Routes | undefined;
  /** The changes, by time. */
  changes: ChangeFacts[];
  /** The steps without a change, by time. */
  steps: StepFacts[];
  /** Whether something could not be read. */
  isIncomplete: boolean;
}

/** How far from a change measurements are compared, in seconds. */
const NEAR = 6 * 3600;

/** How many runs beside a step tell what was before it, and after it. */
const STEP_RUNS = 8;

const NO_DELAYS: Delays = { kind: undefined, runs: [], width: undefined };

/** Reads links, one after the other or side by side. */
export class LinkReading {
  readonly #settings: RoutesSettings;
  readonly #attempts: Attempts;
  readonly #notes: BucketNotes;
  readonly #window: TimeWindow;

  /**
   * Begins, with the same window for all links.
   *
   * @param settings What to read; the archive has told what time it is there.
   * @param attempts Reads it.
   * @param notes Takes the rules by which delays are read.
   */
  constructor(
    settings: RoutesSettings,
    attempts: Attempts,
    notes: BucketNotes,
  ) {
    this.#settings = settings;
    this.#attempts = attempts;
    this.#notes = notes;
    const { clock, window, isOpen } = settings;
    this.#window = clock.window(window, isOpen);
  }

  /**
   * Reads a link: the traces, the delays of the window, and the rest only around
   * what was found in them. Never throws for an archive that fails.
   */
  async read(link: TracedLink): Promise<LinkRoutes> {
    const { eventTypes, routes: how } = this.#settings;
    const window = this.#window;
    const all = { from: window.start, to: window.end + 1 };
    const nothing = { link, changes: [], steps: [], isIncomplete: true };
    const { value: routes } = await this.#attempts.read(
      async () => routesOf(await readTraces(link, window, eventTypes), how),
      undefined,
    );
    if (routes === undefined) return { ...nothing, routes };
    if (routes.traces === 0) {
      return { ...nothing, routes, isIncomplete: false };
    }
    const times = routes.changes.map(({ time }) => time);
    const isNear = (ts: number) =>
      times.some((time) => Math.abs(ts - time) <= NEAR);
    const [there, throughput] = await Promise.all([
      this.#delays(link.there, [all], isNear),
      how.hasThroughputSteps
        ? this.#attempts.read(() => readThroughput(link.there, all), [])
        : { value: undefined, isWhole: true },
    ]);
    const found = await this.#around(link, routes.changes, all, {
      delays: there.value,
      throughput: throughput.value,
    });
    const steps = [
      ...found.steps,
      ...this.#throughputSteps(throughput.value ?? [], routes.changes),
    ].sort((a, b) => a.step.time - b.step.time);
    return {
      link,
      routes,
      changes: found.changes,
      steps,
      isIncomplete: found.isIncomplete || !there.isWhole || !throughput.isWhole,
    };
  }

  /** Reads what is needed around the changes, and judges them. */
  async #around(
    link: TracedLink,
    changes: readonly RouteChange[],
    all: TimeSpan,
    known: Pick<Around, "delays"> & {
      throughput: Around["throughput"] | undefined;
    },
  ): Promise<Pick<LinkRoutes, "changes" | "steps" | "isIncomplete">> {
    const { runs: forward, kind, width } = known.delays;
    const options = {
      minStep: this.#settings.routes.minStep.delay,
      bucketWidth: width,
    };
    const first = routeEffects(changes, { forward }, options);
    const times = [
      ...changes.map(({ time }) => time),
      ...first.steps.map(({ step }) => step.time),
    ];
    const isNear = (ts: number) =>
      changes.some(({ time }) => Math.abs(ts - time) <= NEAR);
    const reach = Math.max(
      NEAR,
      (STEP_RUNS + 1) * (spacingOf(forward).interval ?? 0),
    );
    const back = times.length === 0
      ? { value: NO_DELAYS, isWhole: true }
      : await this.#delays(link.back, spansAround(times, reach, all), isNear);
    // Only what is measured one way tells of clocks.
    const isOneWay = kind === "one-way" && back.value.kind === kind;
    const reverse = isOneWay ? back.value.runs : [];
    const { changes: effects, steps } = routeEffects(
      changes,
      { forward, reverse },
      options,
    );
    const facts: ChangeFacts[] = [];
    let isIncomplete = !back.isWhole;
    for (const effect of effects) {
      const { sides } = effect;
      const [there, away] = await Promise.all([
        this.#rest(link.there, sides, all, known.throughput),
        this.#rest(link.back, sides, all),
      ]);
      isIncomplete ||= !there.isWhole || !away.isWhole;
      facts.push({
        effect,
        there: besideOf({ ...known, ...there.value }, sides),
        back: besideOf({ delays: back.value, ...away.value }, sides),
      });
    }
    const of = kind === "round-trip" ? "round-trip time" : "delay";
    return {
      changes: facts,
      steps: steps.map((each) => ({ of, ...each })),
      isIncomplete,
    };
  }

  #delays(
    tests: TracedLink["there"],
    spans: readonly TimeSpan[],
    isNear: (ts: number) => boolean,
  ) {
    const { routes: { bucketWidth } } = this.#settings;
    const how = { bucketWidth, notes: this.#notes };
    return this.#attempts.read(
      () => readDelays(tests, spans, how, isNear),
      NO_DELAYS,
    );
  }

  /** Loss, and throughput if it is not known, on both sides of a change. */
  async #rest(
    tests: TracedLink["there"],
    { before, after }: Sides,
    all: TimeSpan,
    known?: readonly Measured<number>[],
  ) {
    const span = {
      from: Math.max(before.from, all.from),
      to: Math.min(after.to, all.to),
    };
    const [losses, throughput] = await Promise.all([
      this.#attempts.read(() => readLoss(tests, span), undefined),
      known === undefined
        ? this.#attempts.read(() => readThroughput(tests, span), [])
        : { value: known, isWhole: true },
    ]);
    return {
      value: {
        losses: losses.value ??
          { basis: "counts" as const, runs: [], ignored: 0, kind: undefined },
        throughput: throughput.value,
      },
      isWhole: losses.isWhole && throughput.isWhole,
    };
  }

  /** The steps of throughput that were not when the route changed. */
  #throughputSteps(
    points: readonly Measured<number>[],
    changes: readonly RouteChange[],
  ): StepFacts[] {
    const minStep = this.#settings.routes.minStep.throughput;
    const slack = spacingOf(points).interval ?? 0;
    return throughputSteps(points, { minStep })
      .filter((step) =>
        !changes.some(({ time, previous }) =>
          step.previous - time <= slack && previous - step.time <= slack
        )
      )
      .map((step) => ({
        of: "throughput",
        step,
        verdict: "throughput changed, route did not",
      }));
  }
}

/** Spans around times, those that touch as one, within a window. */
function spansAround(
  times: readonly number[],
  reach: number,
  all: TimeSpan,
): TimeSpan[] {
  const spans: { from: number; to: number }[] = [];
  for (const time of times.toSorted((a, b) => a - b)) {
    const from = Math.max(all.from, time - reach);
    const to = Math.min(all.to, time + reach + 1);
    const last = spans.at(-1);
    if (last && from <= last.to) last.to = to;
    else spans.push({ from, to });
  }
  return spans;
}
