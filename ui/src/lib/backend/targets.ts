/** What the window can ask about targets, and copies of snapshots there. */
import type { CopyView } from './generated/CopyView';
import type { LyingCopy } from './generated/LyingCopy';
import type { RunSummary } from './generated/RunSummary';
import type { TargetForm } from './generated/TargetForm';
import type { TargetReport } from './generated/TargetReport';
import type { TargetSecrets } from './generated/TargetSecrets';
import type { TargetStage } from './generated/TargetStage';
import type { TargetView } from './generated/TargetView';

export interface TargetsBackend {
  targets(): Promise<TargetView[]>;
  /** Makes a target or changes one; secrets that are not given stay. */
  targetSave(form: TargetForm, secrets: TargetSecrets): Promise<TargetView>;
  targetRemove(id: string): Promise<void>;
  /** Really writes, lists, reads and removes there. */
  targetCheck(
    form: TargetForm,
    secrets: TargetSecrets,
    onStage: (stage: TargetStage) => void,
  ): Promise<TargetReport>;
  /** What lies there, newest first. */
  targetCopies(id: string): Promise<LyingCopy[]>;
  /** Copies what a target lacks, or one snapshot. */
  copyNow(target: string, snapshot?: string): Promise<RunSummary>;
  /** The copies of a snapshot at all targets. */
  copiesOf(snapshot: string): Promise<CopyView[]>;
}
