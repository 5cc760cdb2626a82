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
