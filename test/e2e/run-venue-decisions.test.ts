import assert from "node:assert/strict";
import { test } from "node:test";
import { type BarSource, createFrameMaker, genomeStride, meta, num, type World } from "#core";
import { createReferenceKernel, createSimdKernel } from "#kernel";
import { openBench, ran } from "./run-venue-bench.ts";
import { document, lines, type Row } from "./run-venue-reading.ts";

/** Words of the kernel's memory, by the field of the record that holds them. */
const stateFields = {
  position: "position_lots",
  cash: "cash_micro",
  equity: "equity_micro",
  entryEquity: "entry_equity_micro",
  age: "state_age",
  lastSignal: "last_signal",
  fillImpedance: "fill_impedance",
  timeImpedance: "time_impedance",
  slippage: "slippage_impedance",
  impact: "impact_impedance",
} as const;

/** The colony as the decision before saw it. */
const colonyWords = [
  [meta.prevAlive, "alive"],
  [meta.prevLongs, "longs"],
  [meta.prevShorts, "shorts"],
  [meta.prevHeat, "death_heat"],
  [meta.prevEliteSum, "elite_sum"],
  [meta.prevEliteCount, "elite_count"],
] as const;

test("every decision can be taken again from the record alone, by both kernels", async () => {
  await using bench = openBench();
  const { directory } = await ran(bench.request({ ticks: 5, orderStyle: "market" }));
  const rules = document(directory, "decision_rules.json");
  const weights = weightsOf(directory);
  const bars = barsOf(directory, rules);
  const states = byTick(lines(directory, "agent_states.jsonl"));
  const details = byTick(
    lines(directory, "decision_trace.jsonl").filter((row) => row["record_type"] === "agent_detail"),
  );
  let wishes = 0;
  for (const probe of lines(directory, "e_probes.jsonl")) {
    const agents = states.get(Number(probe["tick"])) ?? [];
    const shape = { capacity: agents.length };
    for (const kernel of [createReferenceKernel(shape), createSimdKernel(shape)]) {
      const { world } = kernel;
      place(world, { rules, probe, agents, weights });
      for (const slot of agents.keys()) kernel.loadPanel(slot);
      const frames = createFrameMaker(world, bars, ratesOf(rules));
      frames.fill(Number(probe["bar_index"]), 1);
      const seen = Array.from(world.scalars.subarray(0, 12));
      assert.deepEqual([frames.masks[0], seen], [probe["mask"], probe["values"]]);
      kernel.run(0, 1, true);
      for (const [slot, agent] of agents.entries()) {
        const detail = detailOf(details, probe, agent);
        assert.equal(world.lastSignal[slot], detail["signal"]);
        const wanted = actionOf(world.order[slot] ?? 0, world.position[slot] ?? 0);
        assert.equal(wanted, detail["intent_action"]);
        if (wanted !== "hold") wishes += 1;
      }
    }
  }
  assert.ok(wishes > 20, `${wishes} wishes`);
});

type Inputs = Readonly<{
  rules: Row;
  probe: Row;
  agents: readonly Row[];
  weights: ReadonlyMap<string, Float32Array>;
}>;

function place(world: World, { rules, probe, agents, weights }: Inputs): void {
  const { num: n, meta: m } = world;
  const colony = probe["colony"] as Row;
  const fee = Number(rules["taker_fee_ppm"]) / 1_000_000;
  n[num.microPerLotTick] = Number(rules["micro_per_lot_tick"]);
  n[num.takerFee] = fee;
  n[num.maxLeverage] = Number(rules["max_leverage"]);
  n[num.inverseMaxLeverage] = 1 / Number(rules["max_leverage"]);
  n[num.feeScale] = fee * 1000;
  n[num.maxLots] = Number(rules["max_lots"]);
  m[meta.alive] = agents.length;
  for (const [word, field] of colonyWords) m[word] = Number(colony[field]);
  n[num.prevAllocated] = Number(colony["allocated_micro"]);
  n[num.prevCapitalBase] = Number(colony["capital_base_micro"]);
  for (const [slot, agent] of agents.entries()) {
    for (const [word, field] of Object.entries(stateFields)) {
      world[word as keyof typeof stateFields][slot] = Number(agent[field]);
    }
    const genome = weights.get(String(agent["agent_id_hash"]));
    assert.ok(genome !== undefined);
    world.genomes.set(genome, slot * genomeStride);
  }
}

function weightsOf(directory: string): ReadonlyMap<string, Float32Array> {
  return new Map(
    lines(directory, "genomes_snapshot.jsonl").map((row) => {
      const bytes = Buffer.from(String(row["weights"]), "base64");
      const weights = new Float32Array(bytes.length / 4);
      for (const at of weights.keys()) weights[at] = bytes.readFloatLE(at * 4);
      return [String(row["agent_id_hash"]), weights];
    }),
  );
}

function ratesOf(rules: Row): Parameters<typeof createFrameMaker>[2] {
  return {
    microPerLotTick: Number(rules["micro_per_lot_tick"]),
    maxLeverage: Number(rules["max_leverage"]),
    participationPpm: Number(rules["participation_ppm"]),
    halfSpread: Number(rules["half_spread_ppm"]) / 1_000_000,
    impactY: Number(rules["impact_y_ppm"]) / 1_000_000,
  };
}

/** The recorded bars in ticks and lots. */
function barsOf(directory: string, rules: Row): BarSource {
  const rows = lines(directory, "market_bars.jsonl");
  const ticks = (text: unknown): number => Math.round(Number(text) / Number(rules["tick_size"]));
  const lots = (text: unknown): number => Math.round(Number(text) / Number(rules["lot_contracts"]));
  return {
    count: rows.length,
    intervalMs: Number(rules["bar_interval_ms"]),
    read(start, count, into): void {
      for (const [row, bar] of rows.slice(start, start + count).entries()) {
        into.ts_ms[row] = Number(bar["open_ms"]);
        into.open[row] = ticks(bar["open"]);
        into.high[row] = ticks(bar["high"]);
        into.low[row] = ticks(bar["low"]);
        into.close[row] = ticks(bar["close"]);
        into.volume[row] = lots(bar["volume"]);
      }
    },
    readFunding(start, count, due, known): void {
      due.fill(Number.NaN, 0, count);
      for (const [row, bar] of rows.slice(start, start + count).entries()) {
        const ppb = bar["funding_known_ppb"];
        known[row] = typeof ppb === "number" ? ppb : Number.NaN;
      }
    },
  };
}

function byTick(rows: readonly Row[]): ReadonlyMap<number, readonly Row[]> {
  return Map.groupBy(rows, (row) => Number(row["tick"]));
}

function detailOf(details: ReadonlyMap<number, readonly Row[]>, probe: Row, agent: Row): Row {
  const found = details
    .get(Number(probe["tick"]))
    ?.find((row) => row["agent_id_hash"] === agent["agent_id_hash"]);
  assert.ok(found !== undefined);
  return found;
}

function actionOf(lots: number, position: number): string {
  if (lots === 0) return "hold";
  if (position !== 0) return "close_to_flat";
  return lots > 0 ? "open_long" : "open_short";
}
