/** Node shares this symbol by its name. */
const inspectCustom: unique symbol = Symbol.for("nodejs.util.inspect.custom");

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

  /** What `util.inspect` and `console.log` call. */
  [inspectCustom](): string {
    return shown;
  }
}

const shown = "[present]";
