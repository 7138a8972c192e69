/** Where what pods use comes from. */
export interface UsageSource {
  /**
   * Reads it once and tells the cluster. Rejects with an `ApiFailure` if it cannot be had; what was known before then stays, and
   * grows older.
   */
  read(signal: AbortSignal): Promise<void>;
  /** Drops what it keeps open. */
  close?(): void;
}
