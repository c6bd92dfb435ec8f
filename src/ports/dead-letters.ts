/** Another try for what could not be processed. The letters themselves are read from the event log. */
export interface DeadLetters {
  /**
   * Has the letters' events processed again, after it resolves; a letter goes once that has succeeded. Answers how many
   * there were: ids that name no letter are passed over. Rejects with `StoreError` while the log is away.
   */
  retry(ids: readonly number[]): Promise<number>;
}
