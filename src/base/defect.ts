/** A bug of ours, thrown and never caught below a main. Expected failures are Results. */
export class Defect extends Error {
  override readonly name: string = "Defect";
}

/** On a hot path write `if (...) throw new Defect(...)`: the message here is always built. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Defect(message);
}

/** Ends a switch over a closed union: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new Defect(`unreachable value: ${String(value)}`);
}
