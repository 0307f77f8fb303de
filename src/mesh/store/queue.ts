/**
 * Lets one act begin when the one before has ended. An act must not wait for another one of the
 * same queue.
 */
export function createQueue(): <T>(act: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const next = last.then(act);
    // Whoever asked for the act hears of its failure; the next one begins all the same.
    last = next.catch(() => {});
    return next;
  };
}
