/**
 * Metrics as Prometheus reads them: text that is valid as OpenMetrics 1.0 and
 * as the older text format of Prometheus alike.
 *
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/)
 *
 * @module
 */

/** A sample: what it is of, and its value. */
export interface Sample {
  /** Labels by name; null is the same as no label. */
  labels: Readonly<Record<string, string | number | null>>;
  /** The value. */
  value: number;
}

/** The samples of one name. */
export interface MetricFamily {
  /** The name, which ends with the unit. */
  name: string;
  /** The kind; a summary has samples with the label `quantile`. */
  type: "gauge" | "summary";
  /** The unit, if it has one. */
  unit?: string;
  /** What the samples are, in a sentence. */
  help: string;
  /** The samples; two with the same labels are one, the first. */
  samples: readonly Sample[];
}

/** The text of families; those without samples are left out. */
export function openMetrics(families: Iterable<MetricFamily>): string {
  let text = "";
  for (const family of families) text += familyText(family);
  return `${text}# EOF\n`;
}

function familyText(family: MetricFamily): string {
  const { name, type, unit, help, samples } = family;
  const lines = new Map<string, string>();
  for (const { labels, value } of samples) {
    const named = name + labelsText(labels);
    if (Number.isFinite(value) && !lines.has(named)) {
      lines.set(named, `${named} ${value}\n`);
    }
  }
  if (lines.size === 0) return "";
  // OpenMetrics forbids quantiles below 0, which delays between two clocks can
  // be. Without a type, both formats take the family for one of unknown type.
  const hasType = type !== "summary" ||
    samples.every(({ value }) => value >= 0);
  return [
    `# HELP ${name} ${escaped(help)}\n`,
    hasType ? `# TYPE ${name} ${type}\n` : "",
    unit === undefined ? "" : `# UNIT ${name} ${unit}\n`,
    ...lines.values(),
  ].join("");
}

function labelsText(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Text between quotes, which has to be valid Unicode. */
function escaped(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    .replaceAll('"', '\\"');
}
