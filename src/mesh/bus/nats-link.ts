import {
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { err, ok, type Result } from "#base";
import type { BusStatus } from "./bus.ts";
import { type BusFault, busFault } from "./bus-fault.ts";
import type { BusTime } from "./bus-time.ts";
import { attemptNats, natsFault } from "./nats-faults.ts";
import { ensureStreams } from "./nats-streams.ts";
import type { TellBus } from "./notices.ts";

/** How long the server may take for one answer. */
const answerMs = 5000;

/** One connection that comes back by itself, and what hangs on it. */
export class NatsLink {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
  readonly time: BusTime;
  readonly tell: TellBus;
  readonly #changed = new Set<() => void>();
  #status: BusStatus;

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    time: BusTime,
    tell: TellBus,
  ) {
    this.connection = connection;
    this.manager = manager;
    this.client = jetstream(connection, { timeout: answerMs });
    this.time = time;
    this.tell = tell;
    const { info } = connection;
    const server = info === undefined ? "nats-server" : `${info.server_name} ${info.version}`;
    this.#status = { state: "up", since_ms: time.nowMs(), server, trouble: null };
    void this.#follow();
  }

  /** Faults: those of ensureStreams; the connection is closed with them. */
  static async open(
    connection: NatsConnection,
    time: BusTime,
    tell: TellBus,
  ): Promise<Result<NatsLink, BusFault>> {
    const server = connection.getServer();
    const opened = await attemptNats(server, async () =>
      jetstreamManager(connection, { timeout: answerMs }),
    );
    const ready = opened.ok ? await ensureStreams(opened.value) : opened;
    if (opened.ok && ready.ok) return ok(new NatsLink(connection, opened.value, time, tell));
    await connection.close();
    return ready.ok ? err(busFault("bus_failed", "the server was lost", server)) : ready;
  }

  status(): BusStatus {
    return this.#status;
  }

  get isUp(): boolean {
    return this.#status.state === "up";
  }

  /** As attemptNats, but at once bus_unreachable while there is no connection. */
  async ask<T>(at: string, act: () => Promise<T>): Promise<Result<T, BusFault>> {
    const { state } = this.#status;
    if (state === "closed") return err(busFault("bus_closed", "the bus is closed", at));
    if (state === "reconnecting") {
      return err(busFault("bus_unreachable", "the NATS server cannot be reached", at));
    }
    return attemptNats(at, act);
  }

  /** Called after each change of the state, until the result is. */
  onChange(act: () => void): () => void {
    this.#changed.add(act);
    return () => this.#changed.delete(act);
  }

  trouble(fault: BusFault): void {
    this.#status = { ...this.#status, trouble: fault };
    this.tell({ type: "trouble", fault });
  }

  async close(): Promise<void> {
    if (this.#status.state === "closed") return;
    this.#become("closed");
    await this.connection.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (this.#status.state === "closed") return;
      if (status.type === "disconnect" || status.type === "staleConnection") {
        this.#become("reconnecting");
      }
      if (status.type === "reconnect") await this.#returned();
      if (status.type === "error")
        this.trouble(natsFault(this.connection.getServer(), status.error));
    }
  }

  /** A server that came back empty gets its streams again before anyone uses it. */
  async #returned(): Promise<void> {
    for (let tries = 0; tries < maxTries && !this.connection.isClosed(); tries++) {
      const ready = await ensureStreams(this.manager);
      if (this.#status.state === "closed") return;
      if (ready.ok) {
        this.#become("up");
        return;
      }
      this.trouble(ready.fault);
      const pause = Promise.withResolvers<void>();
      this.time.after(tryPauseMs, pause.resolve);
      await pause.promise;
    }
  }

  #become(state: BusStatus["state"]): void {
    if (this.#status.state === state) return;
    this.#status = { ...this.#status, state, since_ms: this.time.nowMs() };
    this.tell({ type: "connection", state });
    for (const act of this.#changed) act();
  }
}

/** JetStream answers some time after the port does. */
const maxTries = 1200;
const tryPauseMs = 250;
