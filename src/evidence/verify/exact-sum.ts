/** Adds whole numbers exactly, whatever their sum: in float64 while it holds them, then beyond. */
export type ExactSum = Readonly<{ add: (value: number) => void; value: () => bigint }>;

export function createExactSum(): ExactSum {
  let near = 0;
  let far = 0n;
  return {
    add(value): void {
      const sum = near + value;
      if (Number.isSafeInteger(sum)) {
        near = sum;
        return;
      }
      far += BigInt(near) + toBigInt(value);
      near = 0;
    },
    value: () => far + BigInt(near),
  };
}

/** a * b, exactly. */
export function exactProduct(a: number, b: number): bigint {
  const product = a * b;
  return Number.isSafeInteger(product) ? BigInt(product) : toBigInt(a) * toBigInt(b);
}

/** Schemas let only safe integers through; anything else counts as nothing. */
function toBigInt(value: number): bigint {
  return Number.isSafeInteger(value) ? BigInt(value) : 0n;
}
