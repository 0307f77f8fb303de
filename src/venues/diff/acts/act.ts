import type { OperationId } from "../catalogue/operation-ids.ts";
import type { Seat } from "../seat.ts";

/** How one library does one act; `call` is for people: the method and what it is given. */
export type Act<Client> = Readonly<{
  call: string;
  run: (client: Client, seat: Seat) => Promise<unknown>;
}>;

/** Null where the library offers nothing for it. */
export type Acts<Client> = Readonly<Record<OperationId, Act<Client> | null>>;

export type SomeActs<Client, Id extends OperationId> = Readonly<Record<Id, Act<Client> | null>>;

export function act<Client>(call: string, run: Act<Client>["run"]): Act<Client> {
  return { call, run };
}
