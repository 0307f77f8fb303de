export const levelFields = {
  /** Whole numbers of one level: offsets into `ints` at `level * levelInts`. */
  levelHead: 0,
  levelTail: 1,
  levelCount: 2,
  /** Float64 numbers of one level: offsets into `numbers` at `level * levelNumbers`. */
  levelOwn: 2,
  /** Outside lots behind the last order of ours. */
  levelOutsideTail: 3,
  /** All outside lots: those behind, and the gaps before our orders. */
  levelOutside: 4,
  levelNumbers: 8,
  levelInts: 16,
} as const;
