/** What the window can ask about moves: choosing, planning, connections, running, reports, rollback. */
import type { ArtifactId } from './generated/ArtifactId';
import type { BindingInput } from './generated/BindingInput';
import type { CertificateInput } from './generated/CertificateInput';
import type { InstanceView } from './generated/InstanceView';
import type { MoveConnection } from './generated/MoveConnection';
import type { MoveConnections } from './generated/MoveConnections';
import type { MoveEdit } from './generated/MoveEdit';
import type { MoveLook } from './generated/MoveLook';
import type { MovePlan } from './generated/MovePlan';
import type { MoveSummary } from './generated/MoveSummary';
import type { MoveView } from './generated/MoveView';
import type { NeedsView } from './generated/NeedsView';
import type { PaperForm } from './generated/PaperForm';
import type { ReportView } from './generated/ReportView';
import type { RunSummary } from './generated/RunSummary';
import type { SavedFile } from './generated/SavedFile';
import type { WhatView } from './generated/WhatView';
import type { WorkProgress } from './generated/WorkProgress';

export interface MovesBackend {
  /** Newest first. */
  moves(): Promise<MoveSummary[]>;
  /** Begins a move; what is named is set from the start. */
  moveNew(edit: MoveEdit): Promise<MoveView>;
  move(id: string): Promise<MoveView>;
  moveEdit(id: string, edit: MoveEdit): Promise<MoveView>;
  moveDelete(id: string): Promise<void>;

  /** What can be chosen, laid beside the destination if there is one. */
  moveWhat(
    id: string,
    refresh: boolean,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<WhatView>;
  /** What the present choice needs, as far as it is known without reading archives. */
  moveNeeds(id: string): Promise<NeedsView>;

  /** Reads both places, plans, checks, and saves the waybill. */
  movePlan(
    id: string,
    refresh: boolean,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<MovePlan>;
  /** The plan as it was last made; null where there is none, or something was changed since. */
  movePlanned(id: string): Promise<MovePlan | null>;
  /** A warning was read, or not after all. */
  moveAcknowledge(
    id: string,
    rule: string,
    subject: ArtifactId | undefined,
    read: boolean,
  ): Promise<MovePlan>;

  moveConnections(id: string): Promise<MoveConnections>;
  /** `secrets` by name; `keep` puts them into the place for secrets, otherwise until the program ends. */
  moveBind(
    id: string,
    connection: ArtifactId,
    input: BindingInput,
    secrets: [string, string][],
    keep: boolean,
  ): Promise<MoveConnection>;
  /** A file for an attachment or a certificate; null when the person cancelled the file dialog. */
  attachmentChoose(): Promise<string | null>;
  /** `secrets` that open the file, by name; `keep` as for `moveBind`. */
  moveCertificate(
    id: string,
    certificate: ArtifactId,
    input: CertificateInput,
    secrets: [string, string][],
    keep: boolean,
  ): Promise<MoveView>;
  /** Takes bindings from a file; null when the person cancelled the file dialog. */
  bindingsLoad(id: string): Promise<MoveView | null>;
  bindingsSave(id: string): Promise<SavedFile | null>;

  moveSignOff(id: string, by: string): Promise<MoveView>;
  /** Whether runs into an instance demand that a second person signs off. */
  signOffRequire(instance: string, required: boolean): Promise<InstanceView>;
  /** Writes the waybill; null when the person cancelled the save dialog. */
  moveSave(id: string, form: PaperForm): Promise<SavedFile | null>;
  /** Takes a saved waybill in; null when the person cancelled the file dialog. */
  moveOpen(): Promise<MoveView | null>;

  /** Looks at the destination once more; writes nothing. */
  moveLook(id: string): Promise<MoveLook>;
  moveRun(id: string, typedName?: string): Promise<RunSummary>;
  /** Tries what failed in a run once more, and what waited for it. */
  runRetry(run: string): Promise<RunSummary>;
  report(run: string): Promise<ReportView>;
  /** Writes the report; null when the person cancelled the save dialog. */
  reportSave(run: string, form: PaperForm): Promise<SavedFile | null>;
  /** Prepares the way back as a move of its own; of all, or of some artifacts. */
  rollbackPlan(run: string, ids?: ArtifactId[]): Promise<MoveView>;
}
