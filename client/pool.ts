/**
 * Limits the requests to several archives together, beside the limit of each.
 * An archive of which nothing comes does not count, so that those that answer
 * do not wait for those that do not.
 *
 * @module
 */

/** How often is looked who is silent, in ms. */
const LOOK_EVERY = 250;

/**
 * An archive is silent when nothing came of it from one look to the next, so
 * often. Looks are counted, and not seconds: what has arrived while the program
 * was busy is read before the next look.
 */
const LOOKS = 4;

/** Requests in all, silent ones too: so many times those that count. */
const TIMES_IN_ALL = 10;

/** Which of several archives are silent now. */
export interface SilentOnes<K> {
  /** Whether one of them is. */
  has(archive: K): boolean;
  /** Calls back whenever some fall silent; what is returned ends that. */
  watch(fell: () => void): () => void;
}

/** Admits requests for the gates that share it, in turn. */
export class Pool {
  readonly #most: number;
  readonly #lookEvery: number;
  readonly #places: Place[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #watchers = new Set<() => void>();
  readonly #now = { counted: 0, underWay: 0, pending: 0 };
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Opens it.
   *
   * @param most Most requests at a time, of all gates together.
   * @param lookEvery How often is looked who is silent, in ms.
   */
  constructor(most: number, lookEvery: number = LOOK_EVERY) {
    this.#most = most;
    this.#lookEvery = lookEvery;
  }

  /** The place of a gate, which `wake` lets in one more request at. */
  join(wake: () => void): Place {
    const place = new Place(this, wake);
    this.#places.push(place);
    return place;
  }

  /** Those of several archives that are silent. */
  silent<K>(gateOf: (archive: K) => { isSilent: boolean }): SilentOnes<K> {
    return {
      has: (archive) => gateOf(archive).isSilent,
      watch: (fell) => {
        this.#watchers.add(fell);
        return () => this.#watchers.delete(fell);
      },
    };
  }

  /** Whether one more request may be sent. */
  get hasRoom(): boolean {
    const { counted, underWay } = this.#now;
    return counted < this.#most && underWay < this.#most * TIMES_IN_ALL;
  }

  /** More or fewer requests that count, are under way, or are to be repeated. */
  change(by: Partial<{ counted: number; underWay: number; pending: number }>) {
    this.#now.counted += by.counted ?? 0;
    this.#now.underWay += by.underWay ?? 0;
    this.#now.pending += by.pending ?? 0;
    if (this.#now.pending > 0) this.#lookLater();
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  /** Wakes whoever has waited longest, as long as there is room. */
  wakeWaiting(): void {
    for (const wake of this.#waiting) {
      if (!this.hasRoom) return;
      this.#waiting.delete(wake);
      wake(); // who still waits then, waits behind the others
    }
  }

  /** Has a gate woken when there is room; once, however often it asks. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }

  #lookLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lookLater();
      if (this.#places.filter((each) => each.look()).length === 0) return;
      this.wakeWaiting();
      for (const fell of [...this.#watchers]) fell();
    }, this.#lookEvery);
  }
}

/** The place of one gate in a pool. */
export class Place {
  readonly #pool: Pool;
  readonly #wake: () => void;
  #underWay = 0;
  /** Requests that will be sent again, after a pause. */
  #resting = 0;
  /** How many looks ago something came of the archive. */
  #looks = 0;
  #isSilent = false;

  /** Takes no room yet. */
  constructor(pool: Pool, wake: () => void) {
    this.#pool = pool;
    this.#wake = wake;
  }

  /**
   * Whether requests are under way, or paused before they are repeated, and
   * nothing has come of the archive for a while.
   */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether one more request may be sent; a silent archive gets no second. */
  get hasRoom(): boolean {
    return !this.#isMute && this.#pool.hasRoom;
  }

  get #isMute(): boolean {
    return this.#isSilent && this.#underWay > 0;
  }

  /** Has the gate woken when there is room. */
  wait(): void {
    // A silent archive is woken by itself.
    if (!this.#isMute) this.#pool.wait(this.#wake);
  }

  /** A request is sent; there has to be room. */
  take(): void {
    if (this.#underWay++ === 0) {
      this.#looks = 0;
      this.#isSilent = false; // until it has had its time
    }
    this.#pool.change({ counted: 1, underWay: 1, pending: 1 });
  }

  /** A request is over. */
  give(): void {
    this.#underWay--;
    const counted = this.#isSilent ? 0 : -1;
    this.#pool.change({ counted, underWay: -1, pending: -1 });
    this.#forget();
    this.#pool.wakeWaiting();
  }

  /** A request begins to wait before it is sent again, or ends that. */
  rest(by: 1 | -1): void {
    this.#resting += by;
    this.#pool.change({ pending: by });
    this.#forget();
  }

  /** Something has come of the archive. */
  hear(): void {
    this.#looks = 0;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    this.#pool.change({ counted: this.#underWay });
    this.#wake();
  }

  /** Looks whether it has fallen silent now. */
  look(): boolean {
    const isPending = this.#underWay + this.#resting > 0;
    if (!isPending || this.#isSilent || ++this.#looks < LOOKS) return false;
    this.#isSilent = true;
    this.#pool.change({ counted: -this.#underWay });
    return true;
  }

  #forget(): void {
    if (this.#underWay + this.#resting > 0) return;
    this.#looks = 0;
    this.#isSilent = false;
  }
}
