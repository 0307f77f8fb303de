declare const brand: unique symbol;

/** A value that only its parser or constructor can make: `Brand<string, "RunId">`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
