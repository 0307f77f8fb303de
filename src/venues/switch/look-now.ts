import { performance } from "node:perf_hooks";
import { type HaltReading, maxReadingAgeMs } from "#safety";

/** A machine that is this busy three times in a row does not send. */
const tries = 3;

/**
 * Reads the switch, and again where the process was held up for so long after the read that it
 * says nothing about now: an order is not to be refused, nor an offline run to differ from its
 * repetition, because the machine was busy. What is given may still be too old, and is then refused
 * for it.
 */
export function lookNow(look: () => HaltReading, now: () => number = monoMs): HaltReading {
  let reading = look();
  for (let count = 1; count < tries; count += 1) {
    const isYoung = now() - reading.verdict.at.monoMs <= maxReadingAgeMs;
    if (!reading.verdict.allowed || isYoung) break;
    reading = look();
  }
  return reading;
}

function monoMs(): number {
  return performance.now();
}
