/** Where expired events go before they are removed from the log. */
export interface Archive {
  /** A folder for files that are not finished. */
  readonly spool: string;
  /**
   * Takes in the finished file at `path`, whole or not at all, in place of one of that name. When it returns, what was
   * taken in is known to be what was in the file. An abort ends the waiting, not always the work.
   */
  take(path: string, name: string, signal: AbortSignal): Promise<void>;
}
