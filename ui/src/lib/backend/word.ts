/** What the window can ask about word to people, and about what changed from one backup to the next. */
import type { DriftAsk } from './generated/DriftAsk';
import type { DriftStep } from './generated/DriftStep';
import type { DriftView } from './generated/DriftView';
import type { WordForm } from './generated/WordForm';
import type { WordLine } from './generated/WordLine';
import type { WordSecrets } from './generated/WordSecrets';
import type { WordStage } from './generated/WordStage';
import type { WordTest } from './generated/WordTest';
import type { WordView } from './generated/WordView';

export interface WordBackend {
  word(): Promise<WordView>;
  /** Secrets that are not given stay as they are. */
  wordSet(form: WordForm, secrets: WordSecrets): Promise<WordView>;
  /** Sends a test message by `mail` or a webhook, by its id. */
  wordTest(way: string, onStage: (stage: WordStage) => void): Promise<WordTest>;
  /** Newest first. */
  wordLog(limit: number): Promise<WordLine[]>;
  /** What changed in an instance, backup by backup, newest first. */
  drift(instance: string, ask: DriftAsk): Promise<DriftView>;
  /** What changed with the backup that took a snapshot; null for the first of its kind. */
  snapshotDrift(id: string): Promise<DriftStep | null>;
}
