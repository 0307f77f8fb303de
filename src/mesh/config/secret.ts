/**
 * A password, token or key. Whatever prints it prints `[present]`; the text leaves only through
 * `reveal`, at the line that sends it to where it belongs.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  static {
    // What `util.inspect` and `console.log` call; node shares the symbol by its name.
    const inspect = Symbol.for("nodejs.util.inspect.custom");
    Object.defineProperty(Secret.prototype, inspect, { value: () => shown });
  }
}

const shown = "[present]";
