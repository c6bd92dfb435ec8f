/**
 * Which replica polls and merges. One leads at a time; the others serve what it commits. `token` is the fencing token
 * that every write carries: a former leader that has not noticed yet is refused by the store.
 */
export interface Leadership {
  isLeader(): boolean;
  /** Token of the lease held; 0 while not leading. */
  token(): number;
  /** Called on each change, with the new state; and at once when leading already. Returns the way to end it. */
  onChange(listener: (leads: boolean) => void): () => void;
}
