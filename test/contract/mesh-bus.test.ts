import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, maxEventBytes, openBus } from "#mesh";
import { anEvent, codeOf, collect, quickly, until, valueOf } from "./mesh-bus-bench.ts";
import { startNats, withoutNats } from "./nats-server.ts";

/** A bus of its own for each test; names are new ones, because a server is shared. */
type Bench = Readonly<{
  bus: Bus;
  /** A name that no other test uses, also as the last token of a subject. */
  name: string;
  proposal: string;
}>;

const skip = withoutNats();
const server = skip === false ? await startNats() : null;
if (server !== null) test.after(async () => server[Symbol.asyncDispose]());

for (const kind of ["in_process", "nats"] as const) {
  void test.suite(`bus ${kind}`, { skip: kind === "nats" ? skip : false }, () => {
    function check(words: string, act: (bench: Bench) => Promise<void>): void {
      test(words, async () => {
        const bus = valueOf(await openBus(kind === "nats" ? (server?.url ?? "") : null));
        const name = `t${randomUUID().slice(0, 8)}`;
        try {
          await act({ bus, name, proposal: `proposal.${name}` });
        } finally {
          await bus.close();
        }
      });
    }
    events(check);
    failures(check);
    places(check);
    values(check);
    bytes(check);
    refusals(check);
  });
}

type Check = (words: string, act: (bench: Bench) => Promise<void>) => void;

function events(check: Check): void {
  check(
    "gives an event to whoever asked for its subject, equal to what was published",
    async ({ bus, name, proposal }) => {
      const wanted = await collect(bus, [proposal], name);
      const other = await collect(bus, [`refusal.${name}`], `${name}-other`);
      const event = anEvent(proposal, 1, { payload: { text: 'ä\u2028"', list: [1, null, 0.1] } });
      const receipt = valueOf(await bus.publish(event));
      assert.ok(receipt.sequence > 0);
      await until("delivery", () => wanted.seen.length === 1);
      assert.deepEqual(wanted.seen[0]?.event, event);
      assert.equal(wanted.seen[0]?.attempt, 1);
      await receipt.settled;
      assert.equal(other.seen.length, 0);
      assert.deepEqual(wanted.subscription.counts().acknowledged, 1);
    },
  );

  check(
    "keeps the order of a subject while events of many subjects are handled",
    async ({ bus, name, proposal }) => {
      const both = await collect(bus, [proposal, `refusal.${name}`], name, async (delivery) => {
        await sleep(delivery.event.seq % 3);
        delivery.ack();
      });
      for (let seq = 1; seq <= 30; seq++) {
        valueOf(await bus.publish(anEvent(proposal, seq)));
        valueOf(await bus.publish(anEvent(`refusal.${name}`, seq)));
      }
      await until("all", () => both.seen.length === 60);
      for (const subject of [proposal, `refusal.${name}`]) {
        const mine = both.seen.filter(({ event }) => event.subject === subject);
        assert.deepEqual(
          mine.map(({ event }) => event.seq),
          Array.from({ length: 30 }, (_, index) => index + 1),
        );
      }
    },
  );

  check(
    "takes an event once, however often the same event_id is published",
    async ({ bus, name, proposal }) => {
      const all = await collect(bus, [proposal], name);
      const event = anEvent(proposal, 1);
      const first = valueOf(await bus.publish(event));
      const second = valueOf(await bus.publish(event));
      assert.ok(first.sequence > 0);
      assert.equal(second.sequence, 0);
      valueOf(await bus.publish(anEvent(proposal, 2)));
      await until("both", () => all.seen.length === 2);
      await second.settled;
      assert.deepEqual(all.seqs(), [1, 2]);
    },
  );

  check("selects by * and >, across both lanes", async ({ bus, name }) => {
    const one = await collect(bus, [`*.${name}`], `${name}-one`);
    const rest = await collect(bus, ["market.tick.>"], `${name}-rest`);
    const token = name;
    for (const subject of [`proposal.${name}`, `intent.${name}`, `market.tick.${token}`]) {
      valueOf(await bus.publish(anEvent(subject, 1)));
    }
    const ours = (): string[] =>
      rest.seen.map(({ event }) => event.subject).filter((subject) => subject.endsWith(token));
    await until("two and one", () => one.seen.length === 2 && ours().length === 1);
    assert.deepEqual(one.seen.map(({ event }) => event.subject).toSorted(), [
      `intent.${name}`,
      `proposal.${name}`,
    ]);
  });

  check(
    "gives a subscription without a name only what comes while it is there",
    async ({ bus, proposal }) => {
      valueOf(await bus.publish(anEvent(proposal, 1)));
      const passing = await collect(bus, [proposal], null);
      valueOf(await bus.publish(anEvent(proposal, 2)));
      await until("the second", () => passing.seen.length === 1);
      await passing.subscription.stop();
      await passing.subscription.drained;
      valueOf(await bus.publish(anEvent(proposal, 3)));
      await sleep(30);
      assert.deepEqual(passing.seqs(), [2]);
    },
  );

  check("handles several at once only when asked to", async ({ bus, name, proposal }) => {
    let [running, most] = [0, 0];
    const slow = await collect(
      bus,
      [proposal],
      name,
      async (delivery) => {
        running += 1;
        most = Math.max(most, running);
        await sleep(15);
        running -= 1;
        delivery.ack();
      },
      { inFlight: 4 },
    );
    for (let seq = 1; seq <= 12; seq++) valueOf(await bus.publish(anEvent(proposal, seq)));
    await until("all", () => slow.subscription.counts().acknowledged === 12);
    assert.ok(most > 1 && most <= 4, `${most} at once`);
  });
}

function failures(check: Check): void {
  check(
    "tries again what was refused, in its place and before what came later",
    async ({ bus, name, proposal }) => {
      const stubborn = await collect(bus, [proposal], name, (delivery) => {
        if (delivery.event.seq === 1 && delivery.attempt < 3) delivery.nak();
        else delivery.ack();
      });
      for (const seq of [1, 2, 3]) valueOf(await bus.publish(anEvent(proposal, seq)));
      await until("all", () => stubborn.subscription.counts().acknowledged === 3);
      assert.deepEqual(
        stubborn.seen.map(({ event, attempt }) => [event.seq, attempt]),
        [
          [1, 1],
          [1, 2],
          [1, 3],
          [2, 1],
          [3, 1],
        ],
      );
      assert.equal(stubborn.subscription.counts().redelivered, 2);
    },
  );

  check(
    "counts a throw, a silence and a handler out of time as failed attempts",
    async ({ bus, name, proposal }) => {
      const aborted: boolean[] = [];
      const ways = await collect(
        bus,
        [proposal],
        name,
        async ({ attempt, signal, ack }) => {
          if (attempt === 1) throw new Error("out of ideas");
          if (attempt === 3) {
            await sleep(400);
            aborted.push(signal.aborted);
          }
          if (attempt === 4) ack();
        },
        { retry: { ...quickly, maxAttempts: 5, handlerMs: 150 } },
      );
      valueOf(await bus.publish(anEvent(proposal, 1)));
      await until("the fourth", () => ways.subscription.counts().acknowledged === 1);
      assert.equal(ways.seen.length, 4);
      await until("the late handler", () => aborted.length === 1);
      assert.deepEqual(aborted, [true]);
      assert.deepEqual(valueOf(await bus.deadLetters.list(name)), []);
    },
  );

  check(
    "makes a dead letter after the last attempt, goes on, and replays it to its owner",
    async ({ bus, name, proposal }) => {
      let healed = false;
      const owner = await collect(bus, [proposal], name, (delivery) => {
        if (delivery.event.seq === 1 && !healed) delivery.nak(0, "no such symbol");
        else delivery.ack();
      });
      const other = await collect(bus, [proposal], `${name}-other`);
      for (const seq of [1, 2]) valueOf(await bus.publish(anEvent(proposal, seq)));
      await until("the second", () => owner.subscription.counts().acknowledged === 1);
      const [letter, ...more] = valueOf(await bus.deadLetters.list(name));
      assert.ok(letter !== undefined && more.length === 0);
      assert.deepEqual(letter.event, anEvent(proposal, 1));
      assert.equal(letter.attempts, 3);
      assert.equal(letter.reason, "attempts_exhausted");
      assert.equal(letter.detail, "no such symbol");
      assert.equal(owner.subscription.counts().dead, 1);

      healed = true;
      valueOf(await bus.deadLetters.replay(letter.id));
      await until("replay", () => owner.subscription.counts().acknowledged === 2);
      const replayed = owner.seen.at(-1);
      assert.deepEqual([replayed?.event.seq, replayed?.attempt], [1, 1]);
      await until("no letter", async () => valueOf(await bus.deadLetters.list(name)).length === 0);
      assert.deepEqual(other.seqs(), [1, 2]);
      assert.equal(codeOf(await bus.deadLetters.replay(letter.id)), "bus_dead_letter_missing");
    },
  );

  check(
    "makes a dead letter at once of what is refused for good; it can be removed",
    async ({ bus, name, proposal }) => {
      const owner = await collect(bus, [proposal], name, (delivery) => delivery.term("not ours"));
      const receipt = valueOf(await bus.publish(anEvent(proposal, 7)));
      await until("dead", () => owner.subscription.counts().dead === 1);
      await receipt.settled;
      const [letter] = valueOf(await bus.deadLetters.list(name));
      assert.equal(letter?.reason, "refused");
      assert.equal(letter?.attempts, 1);
      valueOf(await bus.deadLetters.remove(letter?.id ?? ""));
      assert.deepEqual(valueOf(await bus.deadLetters.list(name)), []);
      assert.equal(codeOf(await bus.deadLetters.remove("0")), "bus_dead_letter_missing");
    },
  );
}

function places(check: Check): void {
  check(
    "keeps the place of a durable name while nobody listens",
    async ({ bus, name, proposal }) => {
      const first = await collect(bus, [proposal], name);
      valueOf(await bus.publish(anEvent(proposal, 1)));
      await until("the first", () => first.subscription.counts().acknowledged === 1);
      await first.subscription.stop();
      for (const seq of [2, 3]) valueOf(await bus.publish(anEvent(proposal, seq)));
      await sleep(20);
      assert.deepEqual(first.seqs(), [1]);
      const second = await collect(bus, [proposal], name);
      await until("the rest", () => second.seen.length === 2);
      assert.deepEqual(second.seqs(), [2, 3]);
    },
  );

  check("begins a new durable name with what is still held", async ({ bus, name, proposal }) => {
    for (const seq of [1, 2, 3]) valueOf(await bus.publish(anEvent(proposal, seq)));
    const late = await collect(bus, [proposal], name);
    await until("all", () => late.seen.length === 3);
    assert.deepEqual(late.seqs(), [1, 2, 3]);
  });

  check(
    "waits for running handlers when it stops, and hurries them at the deadline",
    async ({ bus, name, proposal }) => {
      const stuck = await collect(bus, [proposal], name, async ({ signal }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener("abort", () => resolve());
        });
      });
      valueOf(await bus.publish(anEvent(proposal, 1)));
      await until("running", () => stuck.seen.length === 1);
      await stuck.subscription.stop(50);
      await stuck.subscription.drained;
      assert.equal(stuck.subscription.counts().acknowledged, 0);
      const next = await collect(bus, [proposal], name);
      await until("again", () => next.subscription.counts().acknowledged === 1);
      assert.equal(next.seen[0]?.event.seq, 1);
      // A server may count a delivery that crossed the change of listeners.
      assert.ok((next.seen[0]?.attempt ?? 0) >= 2);
    },
  );

  check(
    "drops the patterns that a durable name does not follow any more",
    async ({ bus, name, proposal }) => {
      const wide = await collect(bus, [proposal, `refusal.${name}`], name);
      await wide.subscription.stop();
      valueOf(await bus.publish(anEvent(proposal, 1)));
      valueOf(await bus.publish(anEvent(`refusal.${name}`, 1)));
      const narrow = await collect(bus, [proposal], name);
      await until("one", () => narrow.seen.length === 1);
      await sleep(30);
      assert.deepEqual(
        narrow.seen.map(({ event }) => event.subject),
        [proposal],
      );
    },
  );
}

function values(check: Check): void {
  check(
    "keeps values with revisions, and lets only one of two writers win",
    async ({ bus, name }) => {
      const kv = valueOf(await bus.kv(name));
      assert.equal(valueOf(await kv.get("a.b")), null);
      const first = valueOf(await kv.create("a.b", { n: 1 }));
      assert.equal(codeOf(await kv.create("a.b", { n: 9 })), "bus_key_exists");
      const raced = await Promise.all([
        kv.update("a.b", { n: 2 }, first),
        kv.update("a.b", { n: 3 }, first),
      ]);
      assert.deepEqual(raced.map(codeOf).toSorted(), ["bus_revision_conflict", "ok"]);
      assert.equal(codeOf(await kv.update("nothing", 1, 0)), "bus_revision_conflict");
      assert.equal(codeOf(await kv.update("nothing", 1, 77)), "bus_revision_conflict");
      const entry = valueOf(await kv.get("a.b"));
      assert.ok((entry?.revision ?? 0) > first);
      assert.ok(valueOf(await kv.put("a.b", [true])) > (entry?.revision ?? 0));
    },
  );

  check("deletes a value, lets it be created again, and remembers both", async ({ bus, name }) => {
    const kv = valueOf(await bus.kv(name));
    valueOf(await kv.put("x", 1));
    valueOf(await kv.put("y.z", 2));
    valueOf(await kv.delete("x"));
    valueOf(await kv.delete("never"));
    assert.equal(valueOf(await kv.get("x")), null);
    assert.deepEqual(valueOf(await kv.keys()), ["y.z"]);
    valueOf(await kv.create("x", 3));
    assert.deepEqual(valueOf(await kv.keys()), ["x", "y.z"]);
    assert.deepEqual(valueOf(await kv.keys("y.*")), ["y.z"]);
    const history = valueOf(await kv.history("x"));
    assert.deepEqual(
      history.map(({ value, deleted }) => [value, deleted]),
      [
        [1, false],
        [null, true],
        [3, false],
      ],
    );
    assert.deepEqual(valueOf(await kv.history("never")), []);
  });

  check("keeps the last sixteen values of a key", async ({ bus, name }) => {
    const kv = valueOf(await bus.kv(name));
    for (let value = 1; value <= 20; value++) valueOf(await kv.put("k", value));
    const history = valueOf(await kv.history("k"));
    assert.deepEqual(
      history.map(({ value }) => value),
      Array.from({ length: 16 }, (_, index) => index + 5),
    );
  });

  check(
    "watches what is there and then each change, until it is stopped",
    async ({ bus, name }) => {
      const kv = valueOf(await bus.kv(name));
      valueOf(await kv.put("s.one", 1));
      valueOf(await kv.put("t.two", 2));
      valueOf(await kv.put("s.gone", 0));
      valueOf(await kv.delete("s.gone"));
      const seen: string[] = [];
      const watch = valueOf(
        await kv.watch("s.*", ({ key, value }) => seen.push(`${key}=${JSON.stringify(value)}`)),
      );
      await until("what is there", () => seen.length === 1);
      valueOf(await kv.put("s.two", 5));
      valueOf(await kv.delete("s.one"));
      await until("changes", () => seen.length === 3);
      await watch.stop();
      valueOf(await kv.put("s.three", 6));
      await sleep(20);
      assert.deepEqual(seen, ["s.one=1", "s.two=5", "s.one=null"]);
    },
  );
}

function bytes(check: Check): void {
  check(
    "keeps objects with their digests, and nothing changes in a sealed bucket",
    async ({ bus, name }) => {
      const objects = valueOf(await bus.objects(name));
      assert.deepEqual(valueOf(await objects.list()), []);
      assert.equal(valueOf(await objects.get("none")), null);
      assert.equal(valueOf(await objects.info("none")), null);
      const large = new Uint8Array(300_000).map((_, index) => index * 7);
      const info = valueOf(await objects.put("runs/one report.json", large));
      assert.equal(info.size, 300_000);
      assert.match(info.sha256, /^[0-9a-f]{64}$/);
      valueOf(await objects.put("empty", new Uint8Array(0)));
      const digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
      assert.equal(valueOf(await objects.info("empty"))?.sha256, digest);
      const back = valueOf(await objects.get("runs/one report.json"));
      assert.equal(Buffer.compare(back ?? new Uint8Array(0), large), 0);
      assert.deepEqual(
        valueOf(await objects.list()).map((each) => each.name),
        ["empty", "runs/one report.json"],
      );
      assert.equal(valueOf(await objects.sealed()), false);
      valueOf(await objects.seal());
      valueOf(await objects.seal());
      assert.equal(codeOf(await objects.put("late", large)), "bus_sealed");
      const again = valueOf(await bus.objects(name));
      assert.equal(valueOf(await again.sealed()), true);
      assert.deepEqual(valueOf(await again.info("runs/one report.json")), info);
    },
  );
}

function refusals(check: Check): void {
  check(
    "refuses what it cannot carry, with a code, and carries on",
    async ({ bus, name, proposal }) => {
      const handler = async (): Promise<void> => undefined;
      const ask = async (subjects: readonly string[], durable: string | null): Promise<string> =>
        codeOf(await bus.subscribe({ subjects, durable, handler }));
      assert.equal(await ask([], null), "bus_subject_invalid");
      assert.equal(await ask(["a..b"], null), "bus_subject_invalid");
      assert.equal(await ask(["a.>.b"], null), "bus_subject_invalid");
      assert.equal(await ask(["proposal.*", proposal], null), "bus_overlapping_patterns");
      assert.equal(await ask([proposal], "no spaces"), "bus_name_invalid");
      assert.equal(codeOf(await bus.kv("../up")), "bus_name_invalid");
      assert.equal(codeOf(await bus.objects("")), "bus_name_invalid");

      const event = anEvent(proposal, 1);
      assert.equal(
        codeOf(await bus.publish({ ...event, subject: "proposal.*" })),
        "bus_subject_invalid",
      );
      assert.equal(
        codeOf(await bus.publish({ ...event, subject: "no.such" })),
        "bus_event_invalid",
      );
      assert.equal(codeOf(await bus.publish({ ...event, event_id: "?" })), "bus_event_invalid");
      const payload = { text: "x".repeat(maxEventBytes) };
      assert.equal(codeOf(await bus.publish({ ...event, payload })), "bus_too_large");
      const kv = valueOf(await bus.kv(name));
      assert.equal(codeOf(await kv.put("a b", 1)), "bus_name_invalid");
      assert.equal(codeOf(await kv.put("*", 1)), "bus_name_invalid");
      assert.equal(codeOf(await kv.put("big", payload)), "bus_too_large");
      const objects = valueOf(await bus.objects(name));
      assert.equal(codeOf(await objects.put(" x", new Uint8Array(1))), "bus_name_invalid");

      await collect(bus, [proposal], name);
      assert.equal(await ask([proposal], name), "bus_durable_in_use");
      valueOf(await bus.publish(event));
    },
  );

  check(
    "answers bus_closed after it was closed, and can be closed again",
    async ({ bus, name, proposal }) => {
      const open = await collect(bus, [proposal], name);
      assert.equal(bus.status().state, "up");
      await bus.close();
      await open.subscription.drained;
      await bus.close();
      assert.equal(bus.status().state, "closed");
      assert.equal(codeOf(await bus.publish(anEvent(proposal, 1))), "bus_closed");
      const request = { subjects: [proposal], durable: name, handler: async () => undefined };
      assert.equal(codeOf(await bus.subscribe(request)), "bus_closed");
    },
  );
}
