import type { OperationId } from "../catalogue/operation-ids.ts";
import type { Column } from "../column.ts";
import type { Seat } from "../seat.ts";

/** One library, and how it does each act. */
export type Driver = Readonly<{
  column: Column;
  /** Name and version of the library as its package says. */
  label: string;
  /** The method called and what it is given, for people; null where nothing is offered. */
  callOf: (id: OperationId) => string | null;
  /** A new client, connected to nothing yet. */
  open: (seat: Seat) => Promise<DriverSession>;
}>;

export type DriverSession = Readonly<{
  run: (id: OperationId) => Promise<unknown>;
  close: () => Promise<void>;
}>;
