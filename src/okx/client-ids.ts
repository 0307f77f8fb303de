/** `clOrdId` and `algoClOrdId`: 1 to 32 letters and digits, told apart by case. */
export function isClientOrderId(text: string): boolean {
  return /^[A-Za-z0-9]{1,32}$/.test(text);
}

/** `tag` of an order: 1 to 16 letters and digits. */
export function isOrderTag(text: string): boolean {
  return /^[A-Za-z0-9]{1,16}$/.test(text);
}

/** `reqId` of an amendment: 1 to 32 letters and digits. */
export function isRequestId(text: string): boolean {
  return /^[A-Za-z0-9]{1,32}$/.test(text);
}
