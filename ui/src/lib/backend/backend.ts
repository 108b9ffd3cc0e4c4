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
import type { BackupScheduleView } from './generated/BackupScheduleView';
import type { CatalogueView } from './generated/CatalogueView';
import type { ChangePlan } from './generated/ChangePlan';
import type { ChangeRequest } from './generated/ChangeRequest';
import type { CompareView } from './generated/CompareView';
import type { DesignView } from './generated/DesignView';
import type { DifferenceView } from './generated/DifferenceView';
import type { GraphView } from './generated/GraphView';
import type { HomeView } from './generated/HomeView';
import type { ImpactView } from './generated/ImpactView';
import type { InspectAnswer } from './generated/InspectAnswer';
import type { InstanceForm } from './generated/InstanceForm';
import type { InstanceView } from './generated/InstanceView';
import type { KeeperView } from './generated/KeeperView';
import type { PlaceRef } from './generated/PlaceRef';
import type { RunDetail } from './generated/RunDetail';
import type { RunProgress } from './generated/RunProgress';
import type { RunSummary } from './generated/RunSummary';
import type { SavedFile } from './generated/SavedFile';
import type { ScheduleForm } from './generated/ScheduleForm';
import type { SearchRequest } from './generated/SearchRequest';
import type { SearchView } from './generated/SearchView';
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
import type { TextDifference } from './generated/TextDifference';
import type { VaultView } from './generated/VaultView';
import type { WorkProgress } from './generated/WorkProgress';
import type { WritePolicy } from './generated/WritePolicy';
import type { AccessBackend } from './access';
import type { KeepBackend } from './keep';
import type { MovesBackend } from './moves';
import type { WordBackend } from './word';
import type { ClonesBackend } from './clones';
import type { ReleasesBackend } from './releases';
import type { TargetsBackend } from './targets';

/** What the application tells without being asked. */
export interface BackendEvents {
  'runs-changed': { run: RunSummary };
  'instances-changed': null;
  'vault-changed': null;
  /** Files are held over the window; null once they are gone again. */
  'files-over': { paths: string[] } | null;
  'files-dropped': { paths: string[] };
}

/** A folder that can be opened in the system's file window. */
type KnownFolder = 'home' | 'logs' | 'vault';

/** Where somebody signs in: a saved instance, or what stands in the form. */
export type SignInTarget = { id: string } | { form: InstanceForm; secrets: SecretInputs };

export interface Backend
  extends
    AccessBackend,
    MovesBackend,
    KeepBackend,
    ClonesBackend,
    ReleasesBackend,
    TargetsBackend,
    WordBackend {
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
  /** Null when the person cancelled the folder dialog. */
  folderChoose(): Promise<string | null>;

  /** Looks into files and folders, with the flows; each answer as it comes. */
  inspect(
    paths: string[],
    ticket: string,
    onAnswer: (answer: InspectAnswer) => void,
  ): Promise<{ passedOver: number }>;
  /** Writes what `inspect` tells as a page; null when the person cancelled the save dialog. */
  inspectSave(paths: string[]): Promise<SavedFile | null>;
  /** What an integration does; of an instance its archive is fetched. */
  design(place: PlaceRef, id: ArtifactId): Promise<DesignView>;
  /** The text of a file of its archive, as `MapView.path` names it; secrets are shown as dots. */
  designText(place: PlaceRef, id: ArtifactId, path: string): Promise<string>;

  /** `refresh` reads live instances anew. */
  compare(
    left: PlaceRef,
    right: PlaceRef,
    refresh: boolean,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<CompareView>;
  /** As `compare`, of a project or a deployment of the left place alone. Reads live instances anew. */
  projectCompare(
    left: PlaceRef,
    right: PlaceRef,
    id: ArtifactId,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<CompareView>;
  difference(
    left: PlaceRef,
    leftId: ArtifactId,
    right: PlaceRef,
    rightId: ArtifactId,
  ): Promise<DifferenceView>;
  /** The text of a section, by its key, side by side. */
  differenceText(
    left: PlaceRef,
    leftId: ArtifactId,
    right: PlaceRef,
    rightId: ArtifactId,
    key: string,
  ): Promise<TextDifference>;
  /** Writes the comparison as a page; null when the person cancelled the save dialog. */
  compareSave(left: PlaceRef, right: PlaceRef): Promise<SavedFile | null>;

  graph(place: PlaceRef, refresh: boolean): Promise<GraphView>;
  impact(place: PlaceRef, id: ArtifactId): Promise<ImpactView>;
  /** Writes the drawing; null when the person cancelled the save dialog. */
  graphSave(place: PlaceRef): Promise<SavedFile | null>;
  search(
    request: SearchRequest,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<SearchView>;
  /** Ends the inspection, comparison or search that was begun with this ticket. */
  workCancel(ticket: string): Promise<void>;

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

  /** In the order of their instances. */
  schedules(): Promise<BackupScheduleView[]>;
  scheduleSave(form: ScheduleForm): Promise<BackupScheduleView>;
  scheduleTurn(id: string, on: boolean): Promise<BackupScheduleView>;
  scheduleRemove(id: string): Promise<void>;
  /** Whether this computer looks at the schedules while the window is closed. */
  keeper(): Promise<KeeperView>;
  keeperSet(on: boolean): Promise<KeeperView>;
  /** Whether Waybill starts when the person signs in at this computer. */
  atLogin(): Promise<boolean>;
  atLoginSet(on: boolean): Promise<boolean>;

  /** Opens the folder that holds a file Waybill wrote. */
  reveal(path: string): Promise<void>;
  folderOpen(which: KnownFolder): Promise<void>;

  /** Subscribes; the answer unsubscribes. */
  on<Name extends keyof BackendEvents>(
    name: Name,
    handler: (payload: BackendEvents[Name]) => void,
  ): () => void;
}
