/**
 * The parameters of tests that archives document.
 *
 * @module
 */

/**
 * Parameters of a test, each under its name on the wire in camelCase. esmond
 * keeps their values as text. Others are added by their wire name, with
 * {@linkcode MetadataPost.addFreeformKeyValue}.
 *
 * @example Usage
 * ```ts
 * import type { TestParameters } from "@esmond/client";
 *
 * const parameters: TestParameters = {
 *   timeInterval: 14400,
 *   timeDuration: 30,
 *   ipTransportProtocol: "tcp",
 *   bwParallelStreams: 4,
 * };
 * console.log(parameters);
 * ```
 */
export interface TestParameters {
  /** Duration of one run, in seconds. */
  timeDuration?: number | string;
  /** `tcp`, `udp` or `icmp`. */
  ipTransportProtocol?: string;
  /** Seconds between runs; 0 for a test that never stops. */
  timeInterval?: number | string;
  /** Variation of the interval, in percent. */
  timeIntervalRandomization?: number | string;
  /** Seconds between packets. */
  timeProbeInterval?: number | string;
  /** Seconds after which a packet is lost. */
  timeProbeTimeout?: number | string;
  /** Seconds after which a run is given up. */
  timeTestTimeout?: number | string;
  /** Seconds between packets, as some tools write it. */
  ipPacketInterval?: number | string;
  /** Size of a packet, in bytes. */
  ipPacketSize?: number | string;
  /** Bytes of padding in a packet. */
  ipPacketPadding?: number | string;
  /** Flow label (IPv6). */
  ipPacketFlowlabel?: number | string;
  /** Type of service: the whole byte. */
  ipTos?: number | string;
  /** Differentiated services code point. */
  ipDscp?: number | string;
  /** Time to live, in hops. */
  ipTtl?: number | string;
  /** Whether packets may be fragmented. */
  ipFragment?: boolean | string;
  /** Size of the buffer that is written at once, in bytes. */
  bwBufferSize?: number | string;
  /** Number of parallel streams. */
  bwParallelStreams?: number | string;
  /** Bits per second to reach. */
  bwTargetBandwidth?: number | string;
  /** Seconds at the beginning of a run that do not count. */
  bwIgnoreFirstSeconds?: number | string;
  /** Size of the window, in bytes. */
  tcpWindowSize?: number | string;
  /** Largest window that is set dynamically, in bytes. */
  tcpDynamicWindowSize?: number | string;
  /** Maximum segment size, in bytes. */
  tcpMaxSegmentSize?: number | string;
  /** Packets of one run. */
  sampleSize?: number | string;
  /** Width of a histogram's buckets, in seconds. */
  sampleBucketWidth?: number | string;
  /** How a trace is made, such as `paris-traceroute`. */
  traceAlgorithm?: string;
  /** First distance of a trace, in hops. */
  traceFirstTtl?: number | string;
  /** Last distance of a trace, in hops. */
  traceMaxTtl?: number | string;
  /** Queries of a trace for each hop. */
  traceNumQueries?: number | string;
  /** Whether the client of the tool is at the far end. */
  modeFlip?: boolean | string;
  /** Whether one end takes part alone. */
  modeSingleParticipant?: boolean | string;
}

/** The names, in the order in which they are sent. */
const NAMES: Record<keyof TestParameters, true> = {
  timeDuration: true,
  ipTransportProtocol: true,
  timeInterval: true,
  timeIntervalRandomization: true,
  timeProbeInterval: true,
  timeProbeTimeout: true,
  timeTestTimeout: true,
  ipPacketInterval: true,
  ipPacketSize: true,
  ipPacketPadding: true,
  ipPacketFlowlabel: true,
  ipTos: true,
  ipDscp: true,
  ipTtl: true,
  ipFragment: true,
  bwBufferSize: true,
  bwParallelStreams: true,
  bwTargetBandwidth: true,
  bwIgnoreFirstSeconds: true,
  tcpWindowSize: true,
  tcpDynamicWindowSize: true,
  tcpMaxSegmentSize: true,
  sampleSize: true,
  sampleBucketWidth: true,
  traceAlgorithm: true,
  traceFirstTtl: true,
  traceMaxTtl: true,
  traceNumQueries: true,
  modeFlip: true,
  modeSingleParticipant: true,
};

/** Each parameter, and its name on the wire. */
export const TEST_PARAMETERS: readonly [keyof TestParameters, string][] = Object
  .keys(NAMES)
  .map((name) => [name as keyof TestParameters, dashed(name)]);

/** `timeInterval` as `time-interval`. */
function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
