/**
 * Everything the window can ask of the application. One implementation talks to the shell
 * (`tauri.ts`); tests and the look mode bring a double. Every method rejects with a `CommandError`.
 */
import type { AboutView } from './generated/AboutView';
import type { AddressReading } from './generated/AddressReading';
import type { ArtifactDetail } from './generated/ArtifactDetail';
import type { ArtifactId } from './generated/ArtifactId';
import type { AuditCheckView } from './generated/AuditCheckView';
import type { AuditView } from './generated/AuditView';
import type { CatalogueView } from './generated/CatalogueView';
import type { ChangePlan } from './generated/ChangePlan';
import type { ChangeRequest } from './generated/ChangeRequest';
import type { HomeView } from './generated/HomeView';
import type { InstanceForm } from './generated/InstanceForm';
import type { InstanceView } from './generated/InstanceView';
import type { PlaceRef } from './generated/PlaceRef';
import type { RunDetail } from './generated/RunDetail';
import type { RunProgress } from './generated/RunProgress';
import type { RunSummary } from './generated/RunSummary';
import type { SavedFile } from './generated/SavedFile';
import type { SecretInputs } from './generated/SecretInputs';
import type { SecretStoreKind } from './generated/SecretStoreKind';
import type { SecretStoreView } from './generated/SecretStoreView';
import type { SelectionView } from './generated/SelectionView';
import type { SettingsView } from './generated/SettingsView';
import type { SignInView } from './generated/SignInView';
import type { SnapshotDetail } from './generated/SnapshotDetail';
import type { SnapshotSummary } from './generated/SnapshotSummary';
import type { TestReport } from './generated/TestReport';
import type { TestStage } from './generated/TestStage';
import type { VaultView } from './generated/VaultView';
import type { WritePolicy } from './generated/WritePolicy';

/** What the application tells without being asked. */
export interface BackendEvents {
  'runs-changed': { run: RunSummary };
  'instances-changed': null;
  'vault-changed': null;
  'files-dropped': { paths: string[] };
}

/** A folder that can be opened in the system's file window. */
type KnownFolder = 'home' | 'logs' | 'vault';

/** Where somebody signs in: a saved instance, or what stands in the form. */
export type SignInTarget = { id: string } | { form: InstanceForm; secrets: SecretInputs };

export interface Backend {
  about(): Promise<AboutView>;
  home(): Promise<HomeView>;
  settingsGet(): Promise<SettingsView>;
  settingsSet(settings: SettingsView): Promise<SettingsView>;

  secretsStatus(): Promise<SecretStoreView>;
  secretsChoose(kind: SecretStoreKind, passphrase?: string): Promise<SecretStoreView>;
  secretsUnlock(passphrase: string): Promise<SecretStoreView>;

  instances(): Promise<InstanceView[]>;
  addressRead(text: string): Promise<AddressReading>;
  /** Tests a connection stage by stage; secrets that are not given are those stored. */
  instanceTest(
    form: InstanceForm,
    secrets: SecretInputs,
    onStage: (stage: TestStage) => void,
  ): Promise<TestReport>;
  instanceTestCancel(): Promise<void>;
  /** Saves; refuses an untested instance unless `insist`. */
  instanceSave(form: InstanceForm, secrets: SecretInputs, insist: boolean): Promise<InstanceView>;
  instanceRemove(id: string): Promise<void>;
  /** What is known of the sign-in that lasts. */
  instanceSignIn(id: string): Promise<SignInView>;
  /** Opens the system's browser; answers once somebody has signed in there. */
  signInBrowser(target: SignInTarget): Promise<SignInView>;
  signInCancel(): Promise<void>;
  /** Forgets the tokens of an instance. */
  signOut(id: string): Promise<SignInView>;
  /** Null when the person cancelled the file dialog. */
  keyFileChoose(): Promise<string | null>;
  instancePolicySet(id: string, policy: WritePolicy): Promise<InstanceView>;
  practiceStart(): Promise<InstanceView[]>;
  practiceStop(): Promise<void>;

  vaultStatus(): Promise<VaultView>;
  vaultUnlock(password: string): Promise<VaultView>;
  vaultCheck(): Promise<RunSummary>;
  /** Null when the person cancelled the save dialog. */
  recoverySheetSave(): Promise<SavedFile | null>;
  vaultPasswordShow(): Promise<string>;

  /** From the cache at once, unless `refresh` or nothing is cached. */
  catalogue(place: PlaceRef, refresh: boolean): Promise<CatalogueView>;
  artifactDetail(place: PlaceRef, id: ArtifactId): Promise<ArtifactDetail>;
  artifactExport(place: PlaceRef, id: ArtifactId): Promise<SavedFile | null>;
  inventoryExport(place: PlaceRef, ids?: ArtifactId[]): Promise<SavedFile | null>;
  filesChoose(): Promise<string[]>;

  /** What a change would lead to, from a fresh look at the instance. */
  changePlan(instance: string, request: ChangeRequest): Promise<ChangePlan>;
  /** Starts it; `secrets` are the new secrets of a connection, by name. */
  changeStart(
    instance: string,
    request: ChangeRequest,
    secrets: [string, string][],
    typedName?: string,
  ): Promise<RunSummary>;
  /** Allows changes in a read-only instance for so many minutes. */
  writesAllow(instance: string, minutes: number, typedName?: string): Promise<InstanceView>;
  writesForbid(instance: string): Promise<InstanceView>;
  /** Newest first. */
  auditEntries(limit: number, instance?: string): Promise<AuditView[]>;
  auditCheck(): Promise<AuditCheckView>;

  backupStart(instance: string, selection: SelectionView, note?: string): Promise<RunSummary>;
  runCancel(run: string): Promise<RunSummary>;
  runResume(run: string): Promise<RunSummary>;
  runDiscard(run: string): Promise<RunSummary>;
  /** Newest first, at most 500. */
  runs(): Promise<RunSummary[]>;
  runDetail(run: string): Promise<RunDetail>;
  /** The run as it stands; then progress until it has ended. Use `liveRun` of `$lib/state`. */
  runWatch(run: string, onProgress: (progress: RunProgress) => void): Promise<RunDetail>;
  runUnwatch(run: string): Promise<void>;

  /** Newest first. */
  snapshots(instance?: string): Promise<SnapshotSummary[]>;
  snapshotDetail(id: string): Promise<SnapshotDetail>;
  snapshotVerify(id: string): Promise<RunSummary>;
  /** Null when the person cancelled the folder dialog. */
  snapshotExtract(id: string): Promise<RunSummary | null>;

  /** Opens the folder that holds a file Waybill wrote. */
  reveal(path: string): Promise<void>;
  folderOpen(which: KnownFolder): Promise<void>;

  /** Subscribes; the answer unsubscribes. */
  on<Name extends keyof BackendEvents>(
    name: Name,
    handler: (payload: BackendEvents[Name]) => void,
  ): () => void;
}
