/**
 * What came of a run of the tests, by the report that test runners share
 * (JUnit's XML).
 *
 * @module
 */

/** What came of a run of the tests. */
export interface TestReport {
  passed: number;
  failed: number;
  /** The names of the tests that were skipped. */
  skipped: string[];
}

/** How the report writes what XML gives a meaning to. */
const ENTITIES: Record<string, string> = {
  "&quot;": '"',
  "&apos;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
};

/** Reads a report. */
export function readReport(xml: string): TestReport {
  const report: TestReport = { passed: 0, failed: 0, skipped: [] };
  const cases = xml.matchAll(
    /<testcase name="([^"]*)"[^>]*?(?:\/>|>([^]*?)<\/testcase>)/g,
  );
  for (const [, name = "", inside = ""] of cases) {
    if (/<(failure|error)/.test(inside)) report.failed++;
    else if (inside.includes("<skipped")) report.skipped.push(unescaped(name));
    else report.passed++;
  }
  return report;
}

/** The summary: why tests were skipped, and how many passed. */
export function summary({ passed, failed, skipped }: TestReport): string[] {
  const reasons = Map.groupBy(
    skipped,
    (name) => /\(skipped: (.*)\)/.exec(name)?.[1] ?? "no reason given",
  );
  return [
    ...[...reasons].toSorted(([, one], [, other]) => other.length - one.length)
      .map(([why, names]) => `${names.length} skipped: ${why}`),
    `${passed} passed, ${failed} failed, ${skipped.length} skipped`,
  ];
}

function unescaped(text: string): string {
  return text.replace(
    /&(quot|apos|lt|gt|amp);/g,
    (entity) => ENTITIES[entity]!,
  );
}
