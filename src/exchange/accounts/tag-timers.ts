/** When the open orders of an account with one tag are cancelled. */
export type TagTimer = Readonly<{ account: number; tag: number; atMs: number }>;

/** As many tags of an account may have a timer, as on OKX. */
const timersPerAccount = 20;

/** The timers that run, in the order in which they were first set; few, and rarely asked. */
export class TagTimers {
  #timers: TagTimer[] = [];

  /** Sets or moves a timer; false when the account has too many. */
  set(timer: TagTimer): boolean {
    const at = this.#find(timer);
    if (at >= 0) this.#timers[at] = timer;
    else {
      const own = this.#timers.filter(({ account }) => account === timer.account);
      if (own.length >= timersPerAccount) return false;
      this.#timers.push(timer);
    }
    return true;
  }

  stop(which: Pick<TagTimer, "account" | "tag">): void {
    const at = this.#find(which);
    if (at >= 0) this.#timers.splice(at, 1);
  }

  /** Takes out those that are due, by their time, then in the order in which they were set. */
  takeDue(nowMs: number): readonly TagTimer[] {
    const due = this.#timers.filter(({ atMs }) => atMs <= nowMs);
    if (due.length > 0) this.#timers = this.#timers.filter(({ atMs }) => atMs > nowMs);
    return due.toSorted((left, right) => left.atMs - right.atMs);
  }

  /** Infinity: none runs. */
  nextMs(): number {
    return this.#timers.reduce((next, { atMs }) => Math.min(next, atMs), Infinity);
  }

  all(): readonly TagTimer[] {
    return this.#timers;
  }

  #find({ account, tag }: Pick<TagTimer, "account" | "tag">): number {
    return this.#timers.findIndex((one) => one.account === account && one.tag === tag);
  }
}
