/** How the double's application stands; a scenario is a change of this. */
import type { CopyView } from '../../src/lib/backend/generated/CopyView';
import type { TargetView } from '../../src/lib/backend/generated/TargetView';
import type { DamageView } from '../../src/lib/backend/generated/DamageView';
import type { KeepForm } from '../../src/lib/backend/generated/KeepForm';
import type { ProofForm } from '../../src/lib/backend/generated/ProofForm';
import type { ProofView } from '../../src/lib/backend/generated/ProofView';
import type { CommandError } from '../../src/lib/backend/generated/CommandError';
import type { AssuranceView } from '../../src/lib/backend/generated/AssuranceView';
import type { AuditView } from '../../src/lib/backend/generated/AuditView';
import type { ErrorCode } from '../../src/lib/backend/generated/ErrorCode';
import type { FindingView } from '../../src/lib/backend/generated/FindingView';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { MoveLook } from '../../src/lib/backend/generated/MoveLook';
import type { MoveFinding } from '../../src/lib/backend/generated/MoveFinding';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';
import type { ReleaseView } from '../../src/lib/backend/generated/ReleaseView';
import type { RunSummary } from '../../src/lib/backend/generated/RunSummary';
import type { SecretStoreView } from '../../src/lib/backend/generated/SecretStoreView';
import type { SettingsView } from '../../src/lib/backend/generated/SettingsView';
import type { SnapshotSummary } from '../../src/lib/backend/generated/SnapshotSummary';
import type { State } from '../../src/lib/backend/generated/State';
import type { BackupScheduleView } from '../../src/lib/backend/generated/BackupScheduleView';
import type { VaultView } from '../../src/lib/backend/generated/VaultView';
import type { Backend } from '../../src/lib/backend';
import { auditLog } from './changes';
import { ago, day, history, hour, instances, pastRuns, run, snapshots } from './data';
import { drawnHaul, isCounted, type Haul } from './hauls';
import { exampleSchedules } from './example-schedules';
import { pastMoveRuns, someMoves } from './moves-data';
import { someReleases } from './releases-data';
import type { DoubleWordState } from './word';

export interface DoubleState {
  instances: InstanceView[];
  runs: RunSummary[];
  snapshots: SnapshotSummary[];
  /** Moves, newest first. */
  moves: MoveView[];
  /** Rules of findings about moves that were put right, and of warnings that were read. */
  moveSettled?: string[];
  moveRead?: string[];
  /** What the last look before a run finds. */
  moveLook?: Partial<MoveLook>;
  /** Releases, newest first. */
  releases?: ReleaseView[];
  /** Runs of moves step by step, by their id. */
  hauls: Record<string, Haul>;
  /** Keys of steps that fail when a move runs. */
  haulFails?: string[];
  /** Keep rules, and the names under which snapshots are kept, by id. */
  keep?: KeepForm;
  kept?: Record<string, string>;
  /** What is proved by itself, instances marked for it, what was proved, and what is damaged. */
  proof?: ProofForm;
  scratch?: string[];
  proofs?: ProofView[];
  damage?: DamageView[];
  /** Backups that keep themselves. */
  schedules?: BackupScheduleView[];
  /** Word: what is set, what was said. */
  word?: DoubleWordState;
  /** Where copies go, and the copies there. */
  targets?: TargetView[];
  copies?: CopyView[];
  /** This computer looks at them by itself. */
  keeps?: boolean;
  /** Waybill starts at login. */
  atLogin?: boolean;
  /** Copies elsewhere, and proof, as Home tells them. */
  assurance?: AssuranceView;
  vault: VaultView;
  secrets: SecretStoreView;
  settings: SettingsView;
  practice: boolean;
  /** How many artifacts an instance has. */
  artifacts: number;
  /** Milliseconds each answer takes. */
  latency: number;
  /** What the checks of a move find beside what is drawn. */
  moveFindings?: MoveFinding[];
  /** Artifacts a running backup settles per tenth of a second. */
  pace: number;
  /** Somebody has signed in in the browser. */
  signedIn: boolean;
  /** Milliseconds a person takes in the browser. */
  browserPause: number;
  /** Milliseconds each piece of an inspection or search takes. */
  workPause?: number;
  /** What the checks before a change find. */
  findings: FindingView[];
  /** States that changes left behind, by the artifact's id. */
  changed: Record<string, State>;
  /** Milliseconds each step of a change takes. */
  changePause: number;
  /** Milliseconds each fifth of a comparison takes. */
  comparePause?: number;
  audit: AuditView[];
  /** The first entry of the audit log that does not fit the one before. */
  auditBrokenAt?: number;
  /** How a change ends. */
  changeFails?: CommandError;
  /** Calls that are refused, by the method's name. */
  refuse: Partial<Record<keyof Backend, CommandError>>;
}

export function refusal(
  code: ErrorCode,
  message: string,
  rest: Partial<CommandError> = {},
): CommandError {
  return { code, message, retryable: false, context: {}, ...rest };
}

export const emptyVault: VaultView = {
  state: 'none',
  path: '/data/priya/.local/share/waybill/vault',
  snapshots: 0,
  bytes: 0,
  freeBytes: 214_000_000_000,
  password: 'missing',
};

/** An application in use: three instances, a vault with snapshots, past runs. */
export function inUse(): DoubleState {
  return {
    instances: [...instances],
    runs: [...pastRuns],
    snapshots: [...snapshots],
    moves: [],
    hauls: {},
    vault: {
      ...emptyVault,
      state: 'ready',
      snapshots: 41,
      bytes: 1_300_000_000,
      password: 'keychain',
      recoverySheetAt: ago(19 * day),
      checkedAt: ago(7 * hour),
      checkPassed: true,
    },
    secrets: { keychain: 'available', chosen: 'keychain', open: true, wantsPassphrase: false },
    settings: {
      theme: 'system',
      density: 'comfortable',
      letterKeys: true,
      notify: true,
      keepInTray: false,
      staleAfterMinutes: 30,
    },
    practice: false,
    artifacts: 812,
    latency: 0,
    pace: 20,
    signedIn: true,
    browserPause: 30,
    findings: [],
    changed: {},
    changePause: 30,
    audit: [...auditLog],
    refuse: {},
  };
}

/** A first start: nothing is there. */
export function firstStart(): DoubleState {
  return { ...inUse(), instances: [], runs: [], snapshots: [], vault: emptyVault, artifacts: 66 };
}

/** As `firstStart`, on a computer without a keychain. */
export function withoutKeychain(): DoubleState {
  return { ...firstStart(), secrets: { keychain: 'absent', open: false, wantsPassphrase: false } };
}

/** Moves are prepared: the drawn one, one that was begun, one that was run. */
export function moving(): DoubleState {
  const state = inUse();
  return {
    ...state,
    moves: someMoves(),
    runs: [...state.runs, ...pastMoveRuns],
    instances: state.instances.map((one) => ({ ...one, generation: 'oic3' as const })),
  };
}

/** Builds of a project are on their way through three instances. */
export function releasing(): DoubleState {
  const state = moving();
  return { ...state, releases: someReleases(state) };
}

/** The drawn move runs; with more integrations than a screen holds, or as it was interrupted. */
export function hauling(many = 0, interrupted = false): DoubleState {
  const state = moving();
  const haul = drawnHaul(many);
  const going = run('m9', {
    kind: 'move',
    title: 'WB-0142 Order to cash 26.11',
    instanceId: 'prod',
    instanceName: 'Acme PROD',
    environment: 'production',
    status: interrupted ? 'interrupted' : 'running',
    phase: 'changing',
    startedAt: ago(372_000),
    endedAt: undefined,
    headline: undefined,
    snapshot: 'c07a19e4b1',
    counts: {
      planned: haul.steps.filter(isCounted).length,
      fetched: 20,
      carried: 0,
      failed: 0,
      bytes: 0,
    },
  });
  return {
    ...state,
    // Slow enough to be looked at.
    changePause: 60_000,
    hauls: { m9: haul },
    runs: [going, ...state.runs],
    moves: state.moves.map((one) =>
      one.summary.id === 'WB-0142'
        ? {
            ...one,
            planned: true,
            runs: [going],
            summary: { ...one.summary, stage: 'running', lastRun: going },
          }
        : one,
    ),
  };
}

/** The drawn move with everything put right and read, signed off, and its destination open. */
export function reviewing(): DoubleState {
  const state = moving();
  const writesAllowedUntil = new Date(Date.now() + 14.6 * 60_000).toISOString();
  return {
    ...state,
    moveSettled: ['connection-values', 'certificate-missing'],
    moveRead: ['replaces-active', 'address-in-design', 'certificate-ends'],
    moves: state.moves.map((one) => ({
      ...one,
      signOffs: [{ by: 'Tomas Lindqvist', at: ago(60_000), counts: true }],
    })),
    instances: state.instances.map((one) =>
      one.environment === 'production' ? { ...one, writesAllowedUntil } : one,
    ),
  };
}

/** The ways the window can be looked at. */
export const scenarios: Record<string, () => DoubleState> = {
  used: inUse,
  scheduled: () => ({
    ...inUse(),
    schedules: exampleSchedules(),
    assurance: {
      copiedTo: 'SFTP vault.acme.com',
      copiedAt: ago(5 * hour),
      behind: ['Git'],
      provenAt: ago(20 * day),
      proofPassed: true,
    },
  }),
  long: () => ({ ...inUse(), snapshots: [...snapshots, ...history] }),
  allowed: () => {
    const state = inUse();
    const writesAllowedUntil = new Date(Date.now() + 14.6 * 60_000).toISOString();
    return {
      ...state,
      instances: state.instances.map((one) =>
        one.environment === 'production' ? { ...one, writesAllowedUntil } : one,
      ),
    };
  },
  person: () => {
    const state = { ...inUse(), signedIn: false, browserPause: 60_000 };
    return {
      ...state,
      instances: state.instances.map((one) =>
        one.id === 'test'
          ? {
              ...one,
              generation: 'oic3' as const,
              needsBrowser: true,
              signIn: {
                type: 'authorizationCode' as const,
                tokenUrl: 'https://idcs-1.identity.oraclecloud.com/oauth2/v1/token',
                clientId: '5e1d',
                scope: 'https://acme.example/ic/api/',
                redirectPort: 8734,
              },
            }
          : one,
      ),
    };
  },
  refused: () => ({
    ...inUse(),
    findings: [
      {
        severity: 'blocking' as const,
        text: 'Tomas Lindqvist has `ORDER_NOTICE` open in the console since 11:04.',
        guidance: 'Ask Tomas Lindqvist to close it, then look again.',
      },
      { severity: 'warning' as const, text: '2 active integrations call it.' },
      { severity: 'note' as const, text: 'Its last message came 3 minutes ago.' },
    ],
  }),
  failing: () => ({
    ...inUse(),
    changeFails: refusal(
      'serviceFailed',
      'The service refused: connection `SFDC_CORE` is a draft.',
      {
        guidance: 'Enter its values in the connection, test it, then activate again.',
        exchange: {
          method: 'POST',
          path: '/ic/api/integration/v1/integrations/ORDER_NOTICE%7C01.00.0004',
          status: 412,
          body: '{"title":"Precondition Failed"}',
        },
      },
    ),
  }),
  comparing: () => ({ ...inUse(), comparePause: 60_000 }),
  large: () => ({ ...inUse(), artifacts: 2000 }),
  moving,
  releasing,
  reviewing,
  behind: () => ({
    ...reviewing(),
    moveLook: {
      changed: [
        {
          id: 'ORDER_TO_CASH/integration:ORDER_SYNC|01.02.0003',
          was: 'active, changed 14 Nov',
          is: 'active, changed a minute ago by Ana Beltrán',
        },
      ],
      against: ['The password of the vault is not in the keychain.'],
    },
  }),
  hauling: () => hauling(),
  manyhauled: () => hauling(2000),
  haulstopped: () => hauling(0, true),
  first: firstStart,
  nokeychain: withoutKeychain,
  running: () => ({
    ...inUse(),
    pace: 1,
    runs: [
      run('r9', {
        status: 'running',
        phase: 'fetching',
        startedAt: ago(42_000),
        endedAt: undefined,
        headline: undefined,
        snapshot: undefined,
        counts: { planned: 812, fetched: 120, carried: 300, failed: 1, bytes: 14_000_000 },
      }),
      ...pastRuns,
    ],
  }),
  interrupted: () => ({
    ...inUse(),
    runs: [
      run('r8', {
        instanceId: 'test',
        instanceName: 'Acme TEST',
        environment: 'test',
        status: 'interrupted',
        phase: 'fetching',
        startedAt: ago(2 * hour),
        endedAt: undefined,
        snapshot: undefined,
        headline: 'Interrupted, 310 of 774 stored',
        counts: { planned: 774, fetched: 280, carried: 30, failed: 0, bytes: 31_000_000 },
      }),
      ...pastRuns,
    ],
  }),
  locked: () => {
    const state = inUse();
    state.vault = {
      ...state.vault,
      state: 'locked',
      password: 'missing',
      problem: 'The password of the vault is not in the keychain.',
    };
    return state;
  },
  passphrase: () => ({
    ...inUse(),
    secrets: { keychain: 'absent', chosen: 'encryptedFile', open: false, wantsPassphrase: true },
  }),
  sheet: () => {
    const state = inUse();
    return { ...state, vault: { ...state.vault, recoverySheetAt: undefined, password: 'session' } };
  },
  slow: () => ({ ...inUse(), latency: 60_000 }),
  error: () => {
    const failed = refusal('vaultDamaged', 'The folder of the vault cannot be read.', {
      guidance: 'Check that the disk is there, then try again.',
      retryable: true,
      exchange: {
        method: 'GET',
        path: '/ic/api/integration/v1/integrations?limit=100',
        status: 500,
        body: '{"title":"Internal Server Error"}',
        requestId: 'c0ffee-12',
      },
    });
    return {
      ...inUse(),
      refuse: {
        home: failed,
        catalogue: failed,
        snapshots: failed,
        runs: failed,
        instances: failed,
        settingsGet: failed,
      },
    };
  },
};
