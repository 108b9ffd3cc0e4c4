/** What the window can ask about keep rules, and about proof that snapshots can be had back. */
import type { DamageView } from './generated/DamageView';
import type { KeepForm } from './generated/KeepForm';
import type { KeepPreviewView } from './generated/KeepPreviewView';
import type { KeepView } from './generated/KeepView';
import type { ProofForm } from './generated/ProofForm';
import type { ProofSettings } from './generated/ProofSettings';
import type { ProofView } from './generated/ProofView';
import type { RunSummary } from './generated/RunSummary';
import type { SavedFile } from './generated/SavedFile';
import type { SnapshotSummary } from './generated/SnapshotSummary';

export interface KeepBackend {
  keepRules(): Promise<KeepView>;
  /** What these rules would do now, or the saved ones. Touches nothing. */
  keepPreview(form?: KeepForm): Promise<KeepPreviewView>;
  /** `previewed` names the preview that was shown of them. */
  keepSave(form: KeepForm, previewed: string): Promise<KeepView>;
  /** Removes what was shown, and nothing where that has changed since. */
  keepApply(form: KeepForm | undefined, previewed: string): Promise<RunSummary>;
  /** The snapshot has another id afterwards. */
  keepMark(id: string, name: string): Promise<SnapshotSummary>;
  keepUnmark(id: string): Promise<SnapshotSummary>;

  proofSettings(): Promise<ProofSettings>;
  proofSet(form: ProofForm): Promise<ProofSettings>;
  /** Marks an instance as one in which everything may be replaced. */
  proofScratch(instance: string, on: boolean): Promise<ProofSettings>;
  proofRestore(snapshot?: string, artifacts?: number, into?: string): Promise<RunSummary>;
  proofs(): Promise<ProofView[]>;
  /** Null when the person cancelled the save dialog. */
  proofsSave(): Promise<SavedFile | null>;
  /** What is known to be damaged. */
  vaultDamage(): Promise<DamageView[]>;
  /**
   * Puts damage right from the copies at targets, else from a folder that is asked for; null when the
   * person cancelled.
   */
  vaultMend(targets: boolean): Promise<RunSummary | null>;
}
