/** Names that accounts gave to their orders; the engine knows them by number. */
export class ClientIds {
  readonly #names: string[] = [""];
  readonly #idByNameByAccount: Map<string, number>[] = [];

  /** A number for this name; absent: 0. */
  keyOf(name: string | undefined): number {
    if (name === undefined) return 0;
    this.#names.push(name);
    return this.#names.length - 1;
  }

  /** Takes back the latest number: what it was for was refused. */
  dropKey(key: number): void {
    if (key !== 0) this.#names.pop();
  }

  nameOf(key: number): string | null {
    return key === 0 ? null : (this.#names[key] ?? null);
  }

  /** The latest thing of this account with this name; 0: none. */
  find(account: number, name: string): number {
    return this.#idByNameByAccount[account]?.get(name) ?? 0;
  }

  note(account: number, name: string, id: number): void {
    let ids = this.#idByNameByAccount[account];
    if (ids === undefined) {
      ids = new Map();
      this.#idByNameByAccount[account] = ids;
    }
    ids.set(name, id);
  }
}
