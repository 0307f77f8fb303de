/** A record that a test may still change. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? Draft<Item>[]
  : T extends object
    ? {
        -readonly [Key in keyof T]: Draft<T[Key]>;
      }
    : T;
