/** Texts that clients tag orders with: the engine keeps a number, this the text. */
export type TagBook = Readonly<{
  /** The number of a text, a new one if need be; `onNew` hears of it before it is used. */
  number: (text: string) => number;
  text: (number: number) => string;
  /** Puts back what a journal says. */
  restore: (number: number, text: string) => void;
}>;

/** 0 is no tag. */
export function createTagBook(onNew: (number: number, text: string) => void): TagBook {
  const texts: string[] = [""];
  const numbers = new Map<string, number>([["", 0]]);

  function put(number: number, text: string): void {
    texts[number] = text;
    numbers.set(text, number);
  }

  return {
    number: (text) => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const fresh = texts.length;
      onNew(fresh, text);
      put(fresh, text);
      return fresh;
    },
    text: (number) => texts[number] ?? "",
    restore: put,
  };
}
