/**
 * Thrown by a collector whose source this machine does not have, such as a kind of device: it makes nothing, which is no
 * failure. The message says what there is not.
 */
export class NoData extends Error {
  override readonly name = "NoData";

  constructor(message: string) {
    // It is thrown in every scrape, and where it was thrown is of no interest.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}
