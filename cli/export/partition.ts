/**
 * Days and months that a dataset is divided into.
 *
 * @module
 */

import type { Partition } from "../names.ts";

/** Where points without a time go, as query engines call it. */
const NO_TIME = "__HIVE_DEFAULT_PARTITION__";

/** The folder of a second, such as `day=2016-03-01`. */
export function nameOfPartition(second: number, partition: Partition): string {
  const date = new Date(second * 1000);
  return `${partition}=${
    Number.isNaN(date.getTime())
      ? NO_TIME
      : date.toISOString().replace(/T.*/, "").slice(0, LENGTHS[partition])
  }`;
}

/** The first second of the partition that a file is in; NaN if it has none. */
export function beginOfFolder(path: string): number {
  const [, date] =
    /(?:^|\/)(?:day|month)=(\d{4}-\d\d(?:-\d\d)?)\//.exec(path) ??
      [];
  return date === undefined ? NaN : Date.parse(date) / 1000;
}

const LENGTHS: Record<Partition, number | undefined> = {
  day: undefined,
  month: -3,
};

/** The first second of the partition after that of a second. */
export function nextPartition(second: number, partition: Partition): number {
  const date = new Date(second * 1000);
  date.setUTCHours(0, 0, 0, 0);
  if (partition === "day") date.setUTCDate(date.getUTCDate() + 1);
  else date.setUTCMonth(date.getUTCMonth() + 1, 1);
  return date.getTime() / 1000;
}
