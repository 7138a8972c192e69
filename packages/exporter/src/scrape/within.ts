/** Something took longer than it may. */
export class Late extends Error {}

/** Resolves when `work` does. Rejects with {@link Late} if that takes longer than `seconds`. */
export async function within(work: Promise<unknown>, seconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Late(`not done within ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
