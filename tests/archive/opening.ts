/** A worker that opens new files at the same moment as others do. */

import { closeDatabase, openDatabase } from "../../archive/database.ts";

/** What the worker is told. */
export interface Opening {
  /** The files, in order. */
  paths: string[];
  /** How many workers there are. */
  workers: number;
  /** How many of them have come to each file, as `Int32Array`. */
  arrived: SharedArrayBuffer;
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Opening>) => void;
  postMessage(failed: string[]): void;
};

scope.onmessage = ({ data: { paths, workers, arrived } }) => {
  const counts = new Int32Array(arrived);
  const failed: string[] = [];
  paths.forEach((path, index) => {
    Atomics.add(counts, index, 1);
    Atomics.notify(counts, index);
    for (let come; (come = Atomics.load(counts, index)) < workers;) {
      Atomics.wait(counts, index, come);
    }
    try {
      closeDatabase(openDatabase(path));
    } catch (error) {
      failed.push(String(error));
    }
  });
  scope.postMessage(failed);
};
