import * as c from "./constants";
import { at, wide, word } from "./memory";

/**
 * Copies the genes that can fire, the net of the agent's state and its thresholds, into the
 * agent's lane. States change rarely and genes are read every bar, so each block of lanes keeps
 * only the active half, side by side.
 */
export function loadPanel(slot: i32): void {
  const genes = at(c.A_genomes) + (slot as usize) * c.GENOME_BYTES;
  const block = (slot / c.LANES) as usize;
  let lane = at(c.A_panels) + block * c.PANEL_BYTES + (((slot % c.LANES) << 2) as usize);
  let from = genes;
  if (word(c.M_schema) == 0 && wide(c.A_position, slot) != 0) from += c.IN_BASE << 2;
  // 170 genes: twenty-one groups of eight, then two.
  for (let group = 0; group < 21; group++) {
    const low = v128.load(from);
    const high = v128.load(from, 16);
    v128.store32_lane(lane, low, 0);
    v128.store32_lane(lane, low, 1, 32);
    v128.store32_lane(lane, low, 2, 64);
    v128.store32_lane(lane, low, 3, 96);
    v128.store32_lane(lane, high, 0, 128);
    v128.store32_lane(lane, high, 1, 160);
    v128.store32_lane(lane, high, 2, 192);
    v128.store32_lane(lane, high, 3, 224);
    lane += 256;
    from += 32;
  }
  store<f32>(lane, load<f32>(from));
  store<f32>(lane + c.ROW_BYTES, load<f32>(from + 4));
  lane += 2 * c.ROW_BYTES;
  store<f32>(lane, abs<f32>(load<f32>(genes + (c.ENTRY_GENE << 2))));
  store<f32>(lane + c.ROW_BYTES, load<f32>(genes + (c.EXIT_GENE << 2)));
}
