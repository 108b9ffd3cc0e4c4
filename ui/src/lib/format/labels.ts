/** The words and glyphs for what the application counts in enumerations. */
import type { ArtifactKind } from '$lib/backend/generated/ArtifactKind';
import type { Environment } from '$lib/backend/generated/Environment';
import type { Generation } from '$lib/backend/generated/Generation';
import type { RunKind } from '$lib/backend/generated/RunKind';
import type { RunPhase } from '$lib/backend/generated/RunPhase';
import type { RunStatus } from '$lib/backend/generated/RunStatus';
import type { SnapshotStatus } from '$lib/backend/generated/SnapshotStatus';
import type { State } from '$lib/backend/generated/State';
import type { WritePolicy } from '$lib/backend/generated/WritePolicy';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

/** How weighty a state looks: decides the colour of its glyph. */
type Tone = 'ok' | 'warning' | 'blocking' | 'running' | 'skipped' | 'different';
export interface Mark {
  icon: IconName;
  tone: Tone;
  label: () => string;
}

export const environmentClass: Record<Environment, string> = {
  development: 'env-dev',
  test: 'env-test',
  production: 'env-prod',
  other: 'env-other',
};
export const environmentWord: Record<Environment, () => string> = {
  development: m.environment_development,
  test: m.environment_test,
  production: m.environment_production,
  other: m.environment_other,
};
export const environmentShort: Record<Environment, () => string> = {
  development: m.environment_short_development,
  test: m.environment_short_test,
  production: m.environment_short_production,
  other: m.environment_short_other,
};
export const generationWord: Record<Generation, string> = {
  ics: 'ICS',
  gen2: 'Gen 2',
  oic3: 'OIC 3',
};
export const policyWord: Record<WritePolicy, () => string> = {
  readOnly: m.policy_read_only,
  ask: m.policy_ask,
  allow: m.policy_allow,
};

export const kindIcon: Record<ArtifactKind, IconName> = {
  integration: 'k-integration',
  connection: 'k-connection',
  lookup: 'k-lookup',
  library: 'k-library',
  package: 'k-package',
  certificate: 'k-certificate',
  schedule: 'k-schedule',
  project: 'k-project',
  deployment: 'k-deployment',
  agentGroup: 'k-agent',
  accessList: 'k-access',
};
/** One of the kind. */
export const kindWord: Record<ArtifactKind, () => string> = {
  integration: m.kind_integration,
  connection: m.kind_connection,
  lookup: m.kind_lookup,
  library: m.kind_library,
  package: m.kind_package,
  certificate: m.kind_certificate,
  schedule: m.kind_schedule,
  project: m.kind_project,
  deployment: m.kind_deployment,
  agentGroup: m.kind_agent_group,
  accessList: m.kind_access_list,
};
/** All of the kind. */
export const kindWords: Record<ArtifactKind, () => string> = {
  integration: m.kinds_integration,
  connection: m.kinds_connection,
  lookup: m.kinds_lookup,
  library: m.kinds_library,
  package: m.kinds_package,
  certificate: m.kinds_certificate,
  schedule: m.kinds_schedule,
  project: m.kinds_project,
  deployment: m.kinds_deployment,
  agentGroup: m.kinds_agent_group,
  accessList: m.kinds_access_list,
};

export const stateMark: Record<State, Mark> = {
  active: { icon: 's-active', tone: 'ok', label: m.state_active },
  configured: { icon: 's-configured', tone: 'skipped', label: m.state_configured },
  draft: { icon: 's-draft', tone: 'skipped', label: m.state_draft },
  failed: { icon: 's-failed', tone: 'blocking', label: m.state_failed },
  activating: { icon: 's-running', tone: 'running', label: m.state_activating },
  deactivating: { icon: 's-running', tone: 'running', label: m.state_deactivating },
  started: { icon: 's-active', tone: 'ok', label: m.state_started },
  stopped: { icon: 's-configured', tone: 'skipped', label: m.state_stopped },
  paused: { icon: 's-skipped', tone: 'warning', label: m.state_paused },
  unknown: { icon: 's-waiting', tone: 'skipped', label: m.state_unknown },
};
export const runMark: Record<RunStatus, Mark> = {
  running: { icon: 's-running', tone: 'running', label: m.run_running },
  cancelling: { icon: 's-running', tone: 'running', label: m.run_cancelling },
  done: { icon: 's-ok', tone: 'ok', label: m.run_done },
  partial: { icon: 's-warning', tone: 'warning', label: m.run_partial },
  failed: { icon: 's-failed', tone: 'blocking', label: m.run_failed },
  cancelled: { icon: 's-skipped', tone: 'skipped', label: m.run_cancelled },
  interrupted: { icon: 's-warning', tone: 'warning', label: m.run_interrupted },
  discarded: { icon: 's-skipped', tone: 'skipped', label: m.run_discarded },
};
export const runKindWord: Record<RunKind, () => string> = {
  backup: m.run_kind_backup,
  extract: m.run_kind_extract,
  verify: m.run_kind_verify,
  vaultCheck: m.run_kind_vault_check,
  change: m.run_kind_change,
  move: m.run_kind_move,
  clone: m.run_kind_clone,
  copy: m.run_kind_copy,
  prune: m.run_kind_prune,
  proof: m.run_kind_proof,
};
export const runPhaseWord: Record<RunPhase, () => string> = {
  preparing: m.run_phase_preparing,
  reading: m.run_phase_reading,
  fetching: m.run_phase_fetching,
  writing: m.run_phase_writing,
  verifying: m.run_phase_verifying,
  changing: m.run_phase_changing,
  settling: m.run_phase_settling,
  ended: m.run_phase_ended,
};
export const snapshotMark: Record<SnapshotStatus, Mark> = {
  complete: { icon: 's-ok', tone: 'ok', label: m.snapshot_complete },
  partial: { icon: 's-warning', tone: 'warning', label: m.snapshot_partial },
  unverified: { icon: 's-waiting', tone: 'skipped', label: m.snapshot_unverified },
};
