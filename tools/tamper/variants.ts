import { type ByteOptions, byteVariants } from "./byte-variants.ts";
import { fieldVariants } from "./field-variants.ts";
import { exchangedFiles, fileVariants } from "./file-variants.ts";
import { forgedWithKey, forgedWithoutKey } from "./forged-variants.ts";
import { orderVariantsOf } from "./order-variants.ts";
import { recordVariants } from "./record-variants.ts";
import { rootVariants } from "./root-variants.ts";
import type { Subject } from "./subject.ts";
import type { Variant } from "./variant.ts";

export type VariantOptions = ByteOptions &
  Readonly<{
    /** Whether every field of the records is forged as well, not only one for each claim. */
    fields: boolean;
    /** One in so many of the acts that are tried on every file, or pair of files, alike. */
    structuresOneIn: number;
  }>;

/** Every way to spoil the subject, in an order that never changes. */
export function* variantsOf(
  subject: Subject,
  folder: string,
  options: VariantOptions,
): Generator<Variant> {
  const some = (all: Iterable<Variant>): Iterable<Variant> => oneIn(all, options.structuresOneIn);
  yield* rootVariants(subject);
  yield* fileVariants(subject);
  yield* some(exchangedFiles(subject));
  yield* some(recordVariants(subject));
  yield* forgedWithKey(subject, folder);
  yield* some(forgedWithoutKey(subject, folder));
  yield* some(orderVariantsOf(subject, folder));
  if (options.fields) yield* fieldVariants(subject, folder);
  yield* byteVariants(subject, options);
}

function* oneIn(all: Iterable<Variant>, count: number): Generator<Variant> {
  let number = 0;
  for (const variant of all) {
    if (number % count === 0) yield variant;
    number += 1;
  }
}
