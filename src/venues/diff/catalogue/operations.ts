import { Defect } from "#base";
import { errorOperations } from "./error-operations.ts";
import type { Operation } from "./operation.ts";
import { type OperationId, operationIds } from "./operation-ids.ts";
import { orderOperations } from "./order-operations.ts";
import { readingOperations } from "./reading-operations.ts";

const byId: ReadonlyMap<OperationId, Operation> = new Map(
  [...readingOperations, ...orderOperations, ...errorOperations].map((each) => [each.id, each]),
);

export function operationOf(id: OperationId): Operation {
  const found = byId.get(id);
  if (found === undefined) throw new Defect(`no operation ${id}`);
  return found;
}

/** In the order of the log. */
export const operations: readonly Operation[] = operationIds.map(operationOf);
