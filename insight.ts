/**
 * Arithmetic on measurements: what the numbers of an archive say, computed
 * alike everywhere.
 *
 * Pure functions: values in, numbers out, nothing is read or written. They take
 * points of the library, points as an archive sends them, or your own. Times
 * are seconds since 1970 UTC, loss is a fraction from 0 to 1, throughput is in
 * bits per second, delay in milliseconds, unless a function says otherwise.
 *
 * @example Usage
 * ```ts
 * import { ApiConnect, ApiFilters } from "@esmond/client";
 * import { mergeHistograms, percentile } from "@esmond/client/insight";
 *
 * const filters = new ApiFilters({ eventType: "histogram-owdelay", timeRange: 86400 });
 * const conn = new ApiConnect("http://archive.example.net/", filters);
 * for await (const md of conn.getMetadata()) {
 *   const delays = await md.getEventType("histogram-owdelay")?.getData();
 *   const all = mergeHistograms(delays?.data.map(({ val }) => val) ?? []);
 *   console.log(md.source, md.destination, percentile(all, 95));
 * }
 * ```
 *
 * @module
 */

export {
  bucketFactor,
  type BucketOptions,
  type BucketRule,
} from "./insight/bucket.ts";
export { type Coverage, coverageOf } from "./insight/coverage.ts";
export type { RouteHop, SilentHop } from "./insight/current_route.ts";
export type { Detour } from "./insight/detours.ts";
export { type FailureGroup, groupFailures } from "./insight/failures.ts";
export { type Deviation, deviation } from "./insight/deviation.ts";
export {
  type Histogram,
  type HistogramValue,
  jitter,
  mergeHistograms,
  percentile,
  readHistogram,
} from "./insight/histogram.ts";
export { type HopDifference, hopDifference } from "./insight/hop_difference.ts";
export {
  type AutonomousSystem,
  type HopName,
  hopNames,
} from "./insight/hop_names.ts";
export {
  compareWithHistory,
  type Comparison,
  type HistoryOptions,
} from "./insight/history.ts";
export {
  addressesOf,
  distinctions,
  hostOf,
  type Link,
  linkOf,
  linksOf,
  type LinkTests,
} from "./insight/hosts.ts";
export {
  type LossBasis,
  type LossRun,
  type LossRuns,
  lossRuns,
  type LossSeries,
  type PooledLoss,
  pooledLoss,
  poolLoss,
  wilson,
} from "./insight/loss.ts";
export { compareLoss, type LossComparison } from "./insight/loss_history.ts";
export {
  type LossKind,
  type LossSource,
  lossSource,
} from "./insight/loss_source.ts";
export type { HistoryPart, RunDeviation } from "./insight/past.ts";
export type { Measured } from "./insight/point.ts";
export { representativeOf } from "./insight/representative.ts";
export { mad, median } from "./insight/robust.ts";
export {
  type RouteChange,
  routeChanges,
  type RouteOptions,
} from "./insight/route_changes.ts";
export {
  type OtherStep,
  type RouteDelays,
  type RouteEffect,
  routeEffects,
  type RouteVerdict,
  type Sides,
  type TimeSpan,
  valuesIn,
} from "./insight/route_effects.ts";
export {
  type RouteLoop,
  type Routes,
  routesOf,
  type UnsettledRoute,
} from "./insight/routes.ts";
export {
  type LossRecords,
  lostTimes,
  type Outcome,
  type Run,
  type RunRecords,
  runsOf,
} from "./insight/runs.ts";
export {
  type Freshness,
  freshnessOf,
  type Gap,
  gaps,
  type IntervalSource,
  lookBack,
  type Schedule,
  type Spacing,
  spacingOf,
  type SpacingOptions,
  type TimeWindow,
} from "./insight/spacing.ts";
export {
  type BinStatistics,
  combineStatistics,
  scaleStatistics,
} from "./insight/statistics.ts";
export {
  type ClockStep,
  clockSteps,
  type DelayStepOptions,
  delaySteps,
  type Step,
  type ThroughputStepOptions,
  throughputSteps,
} from "./insight/steps.ts";
export type { Times } from "./insight/times.ts";
export {
  type HopList,
  type Trace,
  type TraceOptions,
  tracesOf,
  type TraceValue,
} from "./insight/traces.ts";
export {
  formatAge,
  formatDelay,
  formatNumber,
  formatPercent,
  formatRate,
  formatSpan,
  type Quantity,
} from "./insight/units.ts";
export {
  alerts,
  judge,
  parseRange,
  type ThresholdRange,
  type ThresholdUnit,
  type Verdict,
  worst,
} from "./insight/verdict.ts";
