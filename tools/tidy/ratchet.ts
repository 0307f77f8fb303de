/** Files over 300 lines (tests: 600) with the size that they may not exceed. It only shrinks. */
export const longFiles: ReadonlyMap<string, number> = new Map();
