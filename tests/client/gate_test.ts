import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { fc } from "../packages/fast_check.ts";
import { Gate, Turn } from "../../client/gate.ts";
import { pause } from "../helpers/waiting.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const NEVER = new AbortController().signal;

/** Lets everything happen that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

/**
 * Requests that wait at a gate, by name, and the order in which they are let
 * in.
 */
class Crowd {
  readonly entered: string[] = [];
  readonly refused: string[] = [];

  constructor(readonly gate: Gate) {}

  async send(
    name: string,
    turn = new Turn(),
    signal: AbortSignal = NEVER,
  ): Promise<void> {
    this.gate.enter(turn, signal).then(
      () => this.entered.push(name),
      () => this.refused.push(name),
    );
    await settle();
  }
}

/**
 * How many requests a gate lets through now, of those that come and stay. Those
 * leave again.
 */
async function room(gate: Gate): Promise<number> {
  const stop = new AbortController();
  const crowd = new Crowd(gate);
  for (let i = 0; i < 20; i++) await crowd.send(`${i}`, undefined, stop.signal);
  const found = crowd.entered.length;
  stop.abort();
  await settle();
  for (let i = 0; i < found; i++) gate.leave();
  return found;
}

/** So many requests, each of which has been let in. */
async function wave(gate: Gate, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await gate.enter(new Turn(), NEVER);
}

/** One request that was answered after so many ms. */
async function exchange(gate: Gate, ms: number): Promise<void> {
  await gate.enter(new Turn(), NEVER);
  gate.answered(ms);
  gate.leave();
}

// How many

Deno.test("Gate lets in as many as agreed, and the others one by one as those leave", async () => {
  const gate = new Gate(2);
  const crowd = new Crowd(gate);
  for (const name of ["a", "b", "c", "d"]) await crowd.send(name);
  assertEquals(crowd.entered, ["a", "b"]);
  gate.leave();
  await settle();
  assertEquals(crowd.entered, ["a", "b", "c"]);
  gate.leave();
  await settle();
  assertEquals(crowd.entered, ["a", "b", "c", "d"]);
  for (let i = 0; i < 2; i++) gate.leave();
});

Deno.test("Gate never lets in more than agreed, nor keeps out more than it has to, whatever comes of the requests", async () => {
  type Step = "enter" | "ahead" | "abort" | "answer" | "slow" | "throttle";
  const steps = fc.array(
    fc.constantFrom<Step>(
      "enter",
      "enter",
      "ahead",
      "abort",
      "answer",
      "answer",
      "slow",
      "throttle",
    ),
    { maxLength: 120 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 8 }),
      steps,
      async (most, all) => {
        const gate = new Gate(most);
        let underWay = 0;
        const stops = new Set<AbortController>();
        const leave = (ms: number | undefined) => {
          if (underWay === 0) return;
          if (ms === undefined) gate.throttled(0);
          else gate.answered(ms);
          underWay--;
          gate.leave();
        };
        for (const step of all) {
          if (step === "enter" || step === "ahead") {
            const stop = new AbortController();
            stops.add(stop);
            const turn = new Turn(undefined, step === "ahead");
            gate.enter(turn, stop.signal)
              .then(() => underWay++, () => {})
              .finally(() => stops.delete(stop));
          } else if (step === "abort") {
            for (const stop of [...stops].slice(0, 1)) stop.abort();
          } else leave({ answer: 20, slow: 4000, throttle: undefined }[step]);
          await settle();
          assert(underWay <= most, `${underWay} of ${most}`);
          assert(underWay > 0 || stops.size === 0, "nobody is let in");
        }
        while (underWay > 0) {
          leave(20);
          await settle();
        }
        assertEquals(stops.size, 0, "some were forgotten");
      },
    ),
    { seed: 11, numRuns: 150 },
  );
});

Deno.test("Gate counts the requests that were let in, and no others", async () => {
  const gate = new Gate(1);
  const stop = new AbortController();
  const crowd = new Crowd(gate);
  await crowd.send("a");
  await crowd.send("b", undefined, stop.signal);
  await crowd.send("c");
  stop.abort();
  await settle();
  assertEquals(gate.requests, 1);
  gate.leave();
  await settle();
  assertEquals(gate.requests, 2);
  gate.leave();
});

// Who first

Deno.test("Gate lets in what is waited for before what is ahead, and each in order", async () => {
  const gate = new Gate(1);
  const crowd = new Crowd(gate);
  await crowd.send("first");
  for (const name of ["ahead 1", "ahead 2"]) {
    await crowd.send(name, new Turn(undefined, true));
  }
  for (const name of ["urgent 1", "urgent 2"]) await crowd.send(name);
  for (let i = 0; i < 5; i++) {
    gate.leave();
    await settle();
  }
  assertEquals(crowd.entered, [
    "first",
    "urgent 1",
    "urgent 2",
    "ahead 1",
    "ahead 2",
  ]);
});

Deno.test("Gate lets in first what has become urgent while it waited", async () => {
  const gate = new Gate(1);
  const crowd = new Crowd(gate);
  const turns = [1, 2, 3].map(() => new Turn(undefined, true));
  await crowd.send("first");
  for (const [i, turn] of turns.entries()) await crowd.send(`${i}`, turn);
  turns[1]!.come();
  for (let i = 0; i < 4; i++) {
    gate.leave();
    await settle();
  }
  assertEquals(crowd.entered, ["first", "1", "0", "2"]);
});

Deno.test("a part is ahead as long as the whole is, and as long as it is itself", () => {
  const whole = new Turn(undefined, true);
  const part = new Turn(whole, true);
  const piece = new Turn(part);
  assertEquals([whole, part, piece].map((turn) => turn.isAhead), [
    true,
    true,
    true,
  ]);
  part.come();
  assertEquals(piece.isAhead, true);
  whole.come();
  assertEquals([part.isAhead, piece.isAhead], [false, false]);
  assertEquals(new Turn(whole, true).isAhead, true);
  assertEquals(new Turn().isAhead, false);
});

// Too much to do

Deno.test("Gate lets in half as many once the archive has too much to do, but not less than one", async () => {
  const gate = new Gate(8);
  const found = [await room(gate)];
  for (let i = 0; i < 4; i++) {
    await wave(gate, 1);
    gate.throttled(0);
    gate.leave();
    found.push(await room(gate));
  }
  assertEquals(found, [8, 4, 2, 1, 1]);
});

Deno.test("Gate takes refusals of requests that were under way together for one", async () => {
  const gate = new Gate(8);
  await wave(gate, 8);
  for (let i = 0; i < 8; i++) {
    gate.throttled(0);
    gate.leave();
  }
  assertEquals(await room(gate), 4);
  await wave(gate, 4);
  for (let i = 0; i < 4; i++) {
    gate.throttled(0);
    gate.leave();
  }
  assertEquals(await room(gate), 2);
});

Deno.test("Gate does not take answers to what was sent before a refusal for recovery", async () => {
  const gate = new Gate(4);
  await wave(gate, 4);
  gate.throttled(0);
  gate.leave();
  for (let i = 0; i < 3; i++) {
    gate.answered(20);
    gate.leave();
  }
  assertEquals(await room(gate), 2);
});

Deno.test("Gate lets in more again, little by little, up to what was agreed", async () => {
  const gate = new Gate(6);
  for (let i = 0; i < 3; i++) {
    await wave(gate, 1);
    gate.throttled(0);
    gate.leave();
  }
  assertEquals(await room(gate), 1);
  const found: number[] = [];
  for (let i = 0; i < 40; i++) {
    await exchange(gate, 20);
    found.push(await room(gate));
  }
  assertEquals(found, [...found].sort((one, other) => one - other));
  assertEquals(new Set(found).isSupersetOf(new Set([2, 3, 4, 5, 6])), true);
  assertEquals(found.at(-1), 6);
});

Deno.test("Gate lets nobody in during a pause, urgent or not, and then those who waited and came", async () => {
  const gate = new Gate(4);
  const crowd = new Crowd(gate);
  await wave(gate, 1);
  const begun = Date.now();
  gate.throttled(120);
  gate.leave();
  await crowd.send("a");
  await crowd.send("b", new Turn(undefined, true));
  assertEquals(crowd.entered, []);
  await gate.enter(new Turn(), NEVER);
  assert(Date.now() - begun >= 120);
  assertEquals(crowd.entered[0], "a");
  for (let i = 0; i < 3; i++) gate.leave();
  await settle();
  assertEquals(crowd.entered, ["a", "b"]);
});

Deno.test("Gate keeps to the longest pause that was asked for", async () => {
  for (const pauses of [[150, 10], [10, 150]]) {
    const gate = new Gate(16);
    const begun = Date.now();
    const crowd = new Crowd(gate);
    for (const ms of pauses) {
      gate.throttled(ms);
      await crowd.send("waits"); // a timer runs
    }
    await gate.enter(new Turn(), NEVER);
    assert(Date.now() - begun >= 150, `${pauses}`);
  }
});

Deno.test("Gate lets in fewer while answers take ever longer, not while they take long as always", async () => {
  const gate = new Gate(8);
  for (let i = 0; i < 20; i++) await exchange(gate, 2000);
  assertEquals(await room(gate), 8);
  const found: number[] = [];
  for (let i = 0; i < 6; i++) {
    await exchange(gate, 30_000);
    found.push(await room(gate));
  }
  assert(found.at(-1)! < 8, `${found}`);
});

Deno.test("Gate does not mind that quick answers become slower but stay quick", async () => {
  const gate = new Gate(8);
  for (let i = 0; i < 20; i++) await exchange(gate, 5);
  for (let i = 0; i < 20; i++) await exchange(gate, 900);
  assertEquals(await room(gate), 8);
});

Deno.test("Gate takes away no more than it has to, however slow the archive becomes, and gives it back", async () => {
  const gate = new Gate(8);
  for (let i = 0; i < 20; i++) await exchange(gate, 10);
  for (let i = 0, ms = 10; i < 60; i++, ms *= 1.5) await exchange(gate, ms);
  assert(await room(gate) >= 1);
  for (let i = 0; i < 80; i++) await exchange(gate, 10);
  assertEquals(await room(gate), 8);
});

// Its end

Deno.test("Gate refuses those who wait when it is closed, with the reason, and those who come later", async () => {
  const gate = new Gate(1);
  const reason = new RangeError("enough");
  await wave(gate, 1);
  const waiting = [1, 2].map(() =>
    assertRejects(() => gate.enter(new Turn(), NEVER), RangeError)
  );
  gate.close(reason);
  for (const error of await Promise.all(waiting)) {
    assertStrictEquals(error, reason);
  }
  assertStrictEquals(gate.closed.reason, reason);
  gate.answered(20);
  gate.leave();
  const late = await assertRejects(
    () => gate.enter(new Turn(), NEVER),
    RangeError,
  );
  assertStrictEquals(late, reason);
  assertEquals(gate.requests, 1);
});

Deno.test("Gate keeps no timer when it is closed in a pause, or told to pause when it is closed", async () => {
  for (const isBefore of [true, false]) {
    const gate = new Gate(1);
    const crowd = new Crowd(gate);
    await wave(gate, 1);
    if (isBefore) gate.throttled(60_000);
    await crowd.send("a");
    gate.close(new Error("enough"));
    await settle();
    assertEquals(crowd.refused, ["a"]);
    if (!isBefore) gate.throttled(60_000);
    gate.leave();
  }
});

Deno.test("Gate forgets who gave up waiting, and lets in the others in their order", async () => {
  const gate = new Gate(1);
  const crowd = new Crowd(gate);
  const stop = new AbortController();
  const reason = new RangeError("mine");
  await crowd.send("a");
  await crowd.send("b");
  const given = assertRejects(
    () => gate.enter(new Turn(), stop.signal),
    RangeError,
  );
  await crowd.send("d");
  stop.abort(reason);
  assertStrictEquals(await given, reason);
  for (let i = 0; i < 3; i++) {
    gate.leave();
    await settle();
  }
  assertEquals(crowd.entered, ["a", "b", "d"]);
  assertEquals(await room(gate), 1);
});

Deno.test("Gate does not let in whoever has given up already", async () => {
  const gate = new Gate(1);
  const reason = new RangeError("mine");
  const error = await assertRejects(
    () => gate.enter(new Turn(), AbortSignal.abort(reason)),
    RangeError,
  );
  assertStrictEquals(error, reason);
  assertEquals([gate.requests, await room(gate)], [0, 1]);
});

Deno.test("Gate takes no notice of a signal that fires when the request is under way", async () => {
  const gate = new Gate(1);
  const crowd = new Crowd(gate);
  const stop = new AbortController();
  await crowd.send("a");
  await crowd.send("b", undefined, stop.signal);
  await crowd.send("c");
  gate.leave();
  await settle();
  stop.abort();
  await settle();
  assertEquals([crowd.entered, crowd.refused], [["a", "b"], []]);
  gate.leave();
  await settle();
  assertEquals(crowd.entered, ["a", "b", "c"]);
  gate.leave();
});

// Ahead

Deno.test("Gate lets as many answers be fetched ahead as requests are under way at most", () => {
  const gate = new Gate(3);
  const taken = () => [1, 2, 3, 4].map(() => gate.takeAhead());
  assertEquals(taken(), [true, true, true, false]);
  gate.giveAhead();
  assertEquals(taken(), [true, false, false, false]);
  for (let i = 0; i < 3; i++) gate.giveAhead();
  assertEquals(taken(), [true, true, true, false]);
});

Deno.test("Gate is not left waiting when a pause has passed without anybody waiting", async () => {
  const gate = new Gate(1);
  gate.throttled(20);
  await pause(30);
  await gate.enter(new Turn(), NEVER);
  gate.leave();
});

Deno.test("Gate keeps no timer when the last one who waits gives up in a pause", async () => {
  const gate = new Gate(1);
  gate.throttled(3000);
  const stop = new AbortController();
  const waiting = assertRejects(
    () => gate.enter(new Turn(), stop.signal),
    DOMException,
  );
  stop.abort();
  await waiting;
});

Deno.test("Gate does not wait for answers of requests that failed without one", async () => {
  const gate = new Gate(4);
  for (let i = 0; i < 4; i++) await gate.enter(new Turn(), NEVER);
  gate.throttled(0); // 4 -> 2
  // the other three: reset, timed out, aborted
  for (let i = 0; i < 4; i++) gate.leave();
  await gate.enter(new Turn(), NEVER);
  gate.throttled(0); // 2 -> 1
  gate.leave();
  let entered = 0;
  const stop = new AbortController();
  const coming = [1, 2].map(() =>
    gate.enter(new Turn(), stop.signal).then(() => entered++, () => {})
  );
  await pause(1);
  stop.abort();
  await Promise.all(coming);
  assertEquals(entered, 1);
});
