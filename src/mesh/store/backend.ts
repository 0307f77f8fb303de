import type { Kysely } from "kysely";
import type { Fault, Result } from "#base";
import type { StoreEngine } from "./store.ts";

/** Work on the tables of the mesh, whoever they belong to. */
export type StoreAct<R> = (db: Kysely<unknown>) => Promise<Result<R, Fault>>;

/** An engine with the tables of all services of this process. */
export type StoreBackend = Readonly<{
  engine: StoreEngine;
  place: string;
  read: <R>(act: StoreAct<R>) => Promise<Result<R, Fault>>;
  /** A transaction as if nothing else went on. Acts on one backend never wait for each other. */
  transact: <R>(act: StoreAct<R>) => Promise<Result<R, Fault>>;
  /** A transaction that no other process makes at the same time. */
  transactAlone: <R>(act: StoreAct<R>) => Promise<Result<R, Fault>>;
  close: () => Promise<void>;
}>;
