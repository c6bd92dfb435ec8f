import type { SourceKnowledge } from '../domain/source-knowledge.ts';

/** Keeps over restarts, and for the next leader, what was learned of the sources. */
export interface SourceKnowledgeStore {
  /** What was kept last; `undefined` when there is nothing, or nothing that can be read. */
  load(): Promise<SourceKnowledge | undefined>;
  /** Replaces it; rejects with `StoreError` while the store is away. */
  save(knowledge: SourceKnowledge): Promise<void>;
}
