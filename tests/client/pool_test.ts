import { assertEquals } from "@std/assert";
import { Gate, Turn } from "../../client/gate.ts";
import { Pool } from "../../client/pool.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const NEVER = new AbortController().signal;

/** Lets everything happen that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("gates that share a pool let in as many as that allows, in turn", async () => {
  const pool = new Pool(2);
  const entered: string[] = [];
  const gates = ["a", "b", "c"].map((name) => {
    const gate = new Gate(2);
    gate.join(pool);
    return { name, gate };
  });
  const send = ({ name, gate }: typeof gates[number], signal = NEVER) =>
    gate.enter(new Turn(), signal).then(() => entered.push(name), () => {});
  const [a, b, c] = gates as [
    typeof gates[number],
    typeof gates[number],
    typeof gates[number],
  ];
  for (const each of [a, a, a, b, b, c]) send(each);
  await settle();
  assertEquals(entered, ["a", "a"]);
  a.gate.leave();
  await settle();
  assertEquals(entered.splice(0), ["a", "a", "b"]); // and not the third of a
  // Who gives up keeps nobody waiting.
  const stop = new AbortController();
  const gone = send(c, stop.signal);
  stop.abort();
  await gone;
  a.gate.leave();
  b.gate.leave();
  await settle();
  assertEquals(entered.splice(0), ["c", "b"]); // c has waited longer
  b.gate.leave();
  c.gate.leave();
  await settle();
  assertEquals(entered.splice(0), ["a"]);
  a.gate.leave();
});

Deno.test("a gate that pauses takes no place of the pool", async () => {
  const pool = new Pool(1);
  const [one, other] = [new Gate(1), new Gate(1)];
  for (const gate of [one, other]) gate.join(pool);
  await one.enter(new Turn(), NEVER);
  one.throttled(60_000);
  const stop = new AbortController();
  const waiting = one.enter(new Turn(), stop.signal).catch(() => "stopped");
  const next = other.enter(new Turn(), NEVER);
  one.leave();
  await next;
  other.leave();
  stop.abort();
  assertEquals(await waiting, "stopped");
});

/** Looks so often at who is silent that no test waits for it. */
const LOOK_EVERY = 1;

/** The end of the next look at which some fall silent. */
function silence(pool: Pool): Promise<void> {
  return new Promise((resolve) => {
    const end = pool.silent(() => ({ isSilent: false })).watch(() => {
      end();
      resolve();
    });
  });
}

function gatesOf(pool: Pool, count: number, most: number): Gate[] {
  return Array.from({ length: count }, () => {
    const gate = new Gate(most);
    gate.join(pool);
    return gate;
  });
}

Deno.test("an archive of which nothing comes keeps no other waiting, and gets no more requests itself", async () => {
  const pool = new Pool(2, LOOK_EVERY);
  const [mute, other] = gatesOf(pool, 2, 3) as [Gate, Gate];
  const entered: string[] = [];
  const send = (name: string, gate: Gate) =>
    gate.enter(new Turn(), NEVER).then(() => entered.push(name));
  for (let i = 0; i < 3; i++) send("mute", mute);
  const fell = silence(pool);
  const isNext = send("other", other);
  assertEquals(mute.isSilent, false);
  await fell;
  await isNext;
  assertEquals(entered.splice(0), ["mute", "mute", "other"]);
  assertEquals([mute.isSilent, other.isSilent], [true, false]);
  // Something comes of it after all: it counts again, beyond the limit.
  mute.hear();
  assertEquals([mute.isSilent, pool.hasRoom], [false, false]);
  send("other", other);
  mute.leave();
  await settle();
  assertEquals(entered, []);
  mute.leave();
  await settle();
  assertEquals(entered, ["mute"]); // it has waited longer
  other.leave();
  await settle();
  assertEquals(entered, ["mute", "other"]);
  for (const gate of [mute, other]) gate.leave();
  assertEquals(pool.hasRoom, true);
});

Deno.test("silent archives together get ten times what the pool admits, and no more", async () => {
  const pool = new Pool(1, LOOK_EVERY);
  const gates = gatesOf(pool, 12, 1);
  const entered = new Set<Gate>();
  const stop = new AbortController();
  const sent = gates.map((gate) =>
    gate.enter(new Turn(), stop.signal).then(() => entered.add(gate), () => {})
  );
  while (entered.size < 10 || pool.hasRoom) await silence(pool);
  const all = [...entered];
  while (!all.every(({ isSilent }) => isSilent)) await silence(pool);
  await settle();
  assertEquals(entered.size, 10);
  all[0]!.leave();
  await settle();
  assertEquals(entered.size, 11);
  stop.abort();
  await Promise.all(sent);
  for (const gate of [...entered].slice(1)) gate.leave();
});

Deno.test("an archive is silent while a request to it waits to be repeated, and may send that", async () => {
  const pool = new Pool(1, LOOK_EVERY);
  const [gate, other] = gatesOf(pool, 2, 1) as [Gate, Gate];
  const pause = Promise.withResolvers<void>();
  const rested = gate.rest(pause.promise);
  await silence(pool);
  assertEquals(gate.isSilent, true);
  await other.enter(new Turn(), NEVER);
  other.leave();
  pause.resolve();
  await rested;
  assertEquals(gate.isSilent, false);
  const again = gate.rest(new Promise((resolve) => setTimeout(resolve, 50)));
  await silence(pool);
  await gate.enter(new Turn(), NEVER); // of another part of the work
  assertEquals(gate.isSilent, false); // it gets its time first
  gate.leave();
  await again;
});
