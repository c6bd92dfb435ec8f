/** Another try for what could not be processed. The letters themselves are read from the event log. */
export interface DeadLetters {
  /**
   * Takes the letters out and has their events processed again; what fails again comes back as a new letter. Answers how
   * many there were: ids that name no letter are passed over. Rejects with `StoreError` while the log is away.
   */
  retry(ids: readonly number[]): Promise<number>;
}
