/** What `work` resolves to, or a rejection as soon as one of the signals aborts. */
export async function unlessAborted<T>(signals: readonly AbortSignal[], work: Promise<T>): Promise<T> {
  let abort!: (event: Event) => void;
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = ({ target }) => reject((target as AbortSignal).reason);
  });
  for (const signal of signals) signal.throwIfAborted();
  for (const signal of signals) signal.addEventListener("abort", abort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}
