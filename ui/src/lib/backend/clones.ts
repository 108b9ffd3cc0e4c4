/** What the window can ask about instances as a whole. */
import type { CloneAgreed } from './generated/CloneAgreed';
import type { CloneAsk } from './generated/CloneAsk';
import type { CloneContainer } from './generated/CloneContainer';
import type { CloneContainerForm } from './generated/CloneContainerForm';
import type { ClonePlan } from './generated/ClonePlan';
import type { CloneView } from './generated/CloneView';
import type { LyingArchive } from './generated/LyingArchive';
import type { RunSummary } from './generated/RunSummary';
import type { TargetView } from './generated/TargetView';

export interface ClonesBackend {
  /** The targets that archives of instances can go through. */
  cloneContainers(): Promise<CloneContainer[]>;
  /** Keeps a container whose address is built from region and namespace. */
  cloneContainerSave(form: CloneContainerForm, token: string): Promise<TargetView>;
  /** What lies in a container; those that look like archives of instances first. */
  cloneArchives(container: string): Promise<LyingArchive[]>;
  /** What would be done. Nothing is sent. */
  clonePlan(ask: CloneAsk): Promise<ClonePlan>;
  cloneStart(ask: CloneAsk, agreed: CloneAgreed): Promise<RunSummary>;
  /** A run: its parts, its jobs, what is left to see to. */
  cloneView(run: string): Promise<CloneView>;
  /** Signs off something that was left; without a name, takes that back. */
  cloneSign(run: string, key: string, by: string | undefined, words: string): Promise<CloneView>;
}
