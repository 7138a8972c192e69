/**
 * Does `work`, with `before` called before it, `after` when it is done, and `failed` if it throws; a promise that it returns
 * is waited for. Returns what it returns.
 */
export function around<Result>(
  work: () => Result,
  { before, after, failed }: { before?: () => void; after?: () => void; failed?: () => void },
): Result {
  before?.();
  let result: Result;
  try {
    result = work();
  } catch (error) {
    failed?.();
    after?.();
    throw error;
  }
  if (!(result instanceof Promise)) {
    after?.();
    return result;
  }
  return result.then(
    (value: unknown) => {
      after?.();
      return value;
    },
    (error: unknown) => {
      failed?.();
      after?.();
      throw error;
    },
  ) as Result;
}
