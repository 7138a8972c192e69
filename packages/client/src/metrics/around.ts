import { isThenable } from "../thenable.ts";

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
  if (!isThenable(result)) {
    after?.();
    return result;
  }
  return Promise.resolve<unknown>(result).then(
    (value) => {
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
