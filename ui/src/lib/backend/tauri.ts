/** The contract over the shell's commands, channels and events. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { withoutNulls } from './absent';
import type { Backend, BackendEvents } from './backend';
import { asCommandError } from './errors';
import type { InspectAnswer } from './generated/InspectAnswer';
import type { RunProgress } from './generated/RunProgress';
import type { TargetStage } from './generated/TargetStage';
import type { TestStage } from './generated/TestStage';
import type { WordStage } from './generated/WordStage';
import type { WorkProgress } from './generated/WorkProgress';

async function call<Answer>(command: string, args: Record<string, unknown> = {}): Promise<Answer> {
  try {
    return withoutNulls(await invoke<Answer>(command, args));
  } catch (refusal) {
    throw asCommandError(refusal);
  }
}

function channel<Message>(handler: (message: Message) => void): Channel<Message> {
  const made = new Channel<Message>();
  made.onmessage = (message) => handler(withoutNulls(message));
  return made;
}

export const tauriBackend: Backend = {
  about: () => call('about'),
  home: () => call('home'),
  settingsGet: () => call('settings_get'),
  settingsSet: (settings) => call('settings_set', { settings }),

  secretsStatus: () => call('secrets_status'),
  secretsChoose: (kind, passphrase) => call('secrets_choose', { kind, passphrase }),
  secretsUnlock: (passphrase) => call('secrets_unlock', { passphrase }),

  instances: () => call('instances'),
  addressRead: (text) => call('address_read', { text }),
  instanceTest: (form, secrets, onStage) =>
    call('instance_test', { form, secrets, onStage: channel<TestStage>(onStage) }),
  instanceTestCancel: () => call('instance_test_cancel'),
  instanceSave: (form, secrets, insist) => call('instance_save', { form, secrets, insist }),
  instanceRemove: (id) => call('instance_remove', { id }),
  instanceSignIn: (id) => call('instance_sign_in_view', { id }),
  signInBrowser: (target) => call('sign_in_browser', { ...target }),
  signInCancel: () => call('sign_in_cancel'),
  signOut: (id) => call('sign_out', { id }),
  keyFileChoose: () => call('key_file_choose'),
  instancePolicySet: (id, policy) => call('instance_policy_set', { id, policy }),
  practiceStart: () => call('practice_start'),
  practiceStop: () => call('practice_stop'),

  vaultStatus: () => call('vault_status'),
  vaultUnlock: (password) => call('vault_unlock', { password }),
  vaultCheck: () => call('vault_check'),
  recoverySheetSave: () => call('recovery_sheet_save'),
  vaultPasswordShow: () => call('vault_password_show'),

  keepRules: () => call('keep_rules'),
  keepPreview: (form) => call('keep_preview', { form }),
  keepSave: (form, previewed) => call('keep_save', { form, previewed }),
  keepApply: (form, previewed) => call('keep_apply', { form, previewed }),
  keepMark: (id, name) => call('keep_mark', { id, name }),
  keepUnmark: (id) => call('keep_unmark', { id }),
  proofSettings: () => call('proof_settings'),
  proofSet: (form) => call('proof_set', { form }),
  proofScratch: (instance, on) => call('proof_scratch', { instance, on }),
  proofRestore: (snapshot, artifacts, into) => call('proof_restore', { snapshot, artifacts, into }),
  proofs: () => call('proofs'),
  proofsSave: () => call('proofs_save'),
  vaultDamage: () => call('vault_damage'),
  vaultMend: (targets) => call('vault_mend', { targets }),

  word: () => call('word'),
  wordSet: (form, secrets) => call('word_set', { form, secrets }),
  wordTest: (way, onStage) => call('word_test', { way, onStage: channel<WordStage>(onStage) }),
  wordLog: (limit) => call('word_log', { limit }),
  drift: (instance, ask) => call('drift', { instance, ask }),
  snapshotDrift: (id) => call('snapshot_drift', { id }),

  schedules: () => call('schedules'),
  scheduleSave: (form) => call('schedule_save', { form }),
  scheduleTurn: (id, on) => call('schedule_turn', { id, on }),
  scheduleRemove: (id) => call('schedule_remove', { id }),
  access: (place, project) => call('access', { place, project }),
  accessCompare: (left, right, project, other) =>
    call('access_compare', { left, right, project, other }),
  accessCopy: (ask) => call('access_copy', { ask }),
  people: (from, to) => call('people', { from, to }),
  peopleSet: (from, to, entries) => call('people_set', { from, to, entries }),
  roles: (instance) => call('roles', { instance }),
  rolesCompare: (left, right) => call('roles_compare', { left, right }),
  rolesCopy: (ask) => call('roles_copy', { ask }),
  rolesEdit: (ask) => call('roles_edit', { ask }),
  rotationLook: (ask, onProgress) =>
    call('rotation_look', { ask, onProgress: channel<WorkProgress>(onProgress) }),
  rotationNew: (ask, secrets, keep) => call('rotation_new', { ask, secrets, keep }),
  projects: (place, refresh) => call('projects', { place, refresh }),
  deployments: (place, project, refresh) => call('deployments', { place, project, refresh }),
  releases: () => call('releases'),
  release: (id) => call('release', { id }),
  buildsThere: (project) => call('builds_there', { project }),
  releaseNew: (form) => call('release_new', { form }),
  releaseGoOn: (id, ticket, onProgress) =>
    call('release_go_on', { id, ticket, onProgress: channel<WorkProgress>(onProgress) }),
  releaseAcknowledge: (id, rule) => call('release_acknowledge', { id, rule }),
  releasePromote: (id, form, ticket, onProgress) =>
    call('release_promote', { id, form, ticket, onProgress: channel<WorkProgress>(onProgress) }),
  releaseTakeBack: (id, number) => call('release_take_back', { id, number }),
  releaseGiveUp: (id) => call('release_give_up', { id }),
  targets: () => call('targets'),
  targetSave: (form, secrets) => call('target_save', { form, secrets }),
  targetRemove: (id) => call('target_remove', { id }),
  targetCheck: (form, secrets, onStage) =>
    call('target_check', { form, secrets, onStage: channel<TargetStage>(onStage) }),
  targetCopies: (id) => call('target_copies', { id }),
  copyNow: (target, snapshot) => call('copy_now', { target, snapshot }),
  copiesOf: (snapshot) => call('copies_of', { snapshot }),

  cloneContainers: () => call('clone_containers'),
  cloneContainerSave: (form, token) => call('clone_container_save', { form, token }),
  cloneArchives: (container) => call('clone_archives', { container }),
  clonePlan: (ask) => call('clone_plan', { ask }),
  cloneStart: (ask, agreed) => call('clone_start', { ask, agreed }),
  cloneView: (run) => call('clone_view', { run }),
  cloneSign: (run, key, by, words) => call('clone_sign', { run, key, by, words }),

  keeper: () => call('keeper'),
  keeperSet: (on) => call('keeper_set', { on }),
  atLogin: () => call('at_login'),
  atLoginSet: (on) => call('at_login_set', { on }),

  catalogue: (place, refresh) => call('catalogue', { place, refresh }),
  artifactDetail: (place, id) => call('artifact_detail', { place, id }),
  artifactExport: (place, id) => call('artifact_export', { place, id }),
  inventoryExport: (place, ids) => call('inventory_export', { place, ids }),
  filesChoose: () => call('files_choose'),
  folderChoose: () => call('folder_choose'),

  // Large answers take another way than the last word, and can come after it.
  inspect: async (paths, ticket, onAnswer) => {
    let heard = 0;
    let onHeard = () => {};
    const each = channel<InspectAnswer>((answer) => {
      heard += 1;
      onAnswer(answer);
      onHeard();
    });
    const told = await call<{ passedOver: number; answers: number }>('inspect', {
      paths,
      ticket,
      onAnswer: each,
    });
    await new Promise<void>((resolve) => {
      onHeard = () => heard >= told.answers && resolve();
      onHeard();
    });
    return told;
  },
  inspectSave: (paths) => call('inspect_save', { paths }),
  design: (place, id) => call('design', { place, id }),
  designText: (place, id, path) => call('design_text', { place, id, path }),

  compare: (left, right, refresh, ticket, onProgress) =>
    call('compare', {
      left,
      right,
      refresh,
      ticket,
      onProgress: channel<WorkProgress>(onProgress),
    }),
  projectCompare: (left, right, id, ticket, onProgress) =>
    call('project_compare', {
      left,
      right,
      id,
      ticket,
      onProgress: channel<WorkProgress>(onProgress),
    }),
  difference: (left, leftId, right, rightId) =>
    call('difference', { left, leftId, right, rightId }),
  differenceText: (left, leftId, right, rightId, key) =>
    call('difference_text', { left, leftId, right, rightId, key }),
  compareSave: (left, right) => call('compare_save', { left, right }),

  graph: (place, refresh) => call('graph', { place, refresh }),
  impact: (place, id) => call('impact', { place, id }),
  graphSave: (place) => call('graph_save', { place }),
  search: (request, ticket, onProgress) =>
    call('search', { request, ticket, onProgress: channel<WorkProgress>(onProgress) }),
  workCancel: (ticket) => call('work_cancel', { ticket }),

  changePlan: (instance, request) => call('change_plan', { instance, request }),
  changeStart: (instance, request, secrets, typedName) =>
    call('change_start', { instance, request, secrets, typedName }),
  writesAllow: (instance, minutes, typedName) =>
    call('writes_allow', { instance, minutes, typedName }),
  writesForbid: (instance) => call('writes_forbid', { instance }),
  auditEntries: (limit, instance) => call('audit_entries', { limit, instance }),
  auditCheck: () => call('audit_check'),

  backupStart: (instance, selection, note) => call('backup_start', { instance, selection, note }),
  runCancel: (run) => call('run_cancel', { run }),
  runResume: (run) => call('run_resume', { run }),
  runDiscard: (run) => call('run_discard', { run }),
  runs: () => call('runs'),
  runDetail: (run) => call('run_detail', { run }),
  runWatch: (run, onProgress) =>
    call('run_watch', { run, onProgress: channel<RunProgress>(onProgress) }),
  runUnwatch: (run) => call('run_unwatch', { run }),

  snapshots: (instance) => call('snapshots', { instance }),
  snapshotDetail: (id) => call('snapshot_detail', { id }),
  snapshotVerify: (id) => call('snapshot_verify', { id }),
  snapshotExtract: (id) => call('snapshot_extract', { id }),

  moves: () => call('moves'),
  moveNew: (edit) => call('move_new', { edit }),
  move: (id) => call('move_view', { id }),
  moveEdit: (id, edit) => call('move_edit', { id, edit }),
  moveDelete: (id) => call('move_delete', { id }),
  moveWhat: (id, refresh, ticket, onProgress) =>
    call('move_what', { id, refresh, ticket, onProgress: channel<WorkProgress>(onProgress) }),
  moveNeeds: (id) => call('move_needs', { id }),
  movePlan: (id, refresh, ticket, onProgress) =>
    call('move_plan', { id, refresh, ticket, onProgress: channel<WorkProgress>(onProgress) }),
  movePlanned: (id) => call('move_planned', { id }),
  moveAcknowledge: (id, rule, subject, read) =>
    call('move_acknowledge', { id, rule, subject, read }),
  moveConnections: (id) => call('move_connections', { id }),
  moveBind: (id, connection, input, secrets, keep) =>
    call('move_bind', { id, connection, input, secrets, keep }),
  attachmentChoose: () => call('attachment_choose'),
  moveCertificate: (id, certificate, input, secrets, keep) =>
    call('move_certificate', { id, certificate, input, secrets, keep }),
  bindingsLoad: (id) => call('bindings_load', { id }),
  bindingsSave: (id) => call('bindings_save', { id }),
  moveSignOff: (id, by) => call('move_sign_off', { id, by }),
  signOffRequire: (instance, required) => call('sign_off_require', { instance, required }),
  moveSave: (id, form) => call('move_save', { id, form }),
  moveOpen: () => call('move_open'),
  moveLook: (id) => call('move_look', { id }),
  moveRun: (id, typedName) => call('move_run', { id, typedName }),
  runRetry: (run) => call('run_retry', { run }),
  report: (run) => call('report', { run }),
  reportSave: (run, form) => call('report_save', { run, form }),
  rollbackPlan: (run, ids) => call('rollback_plan', { run, ids }),

  reveal: (path) => call('reveal', { path }),
  folderOpen: (which) => call('folder_open', { which }),

  on<Name extends keyof BackendEvents>(
    name: Name,
    handler: (payload: BackendEvents[Name]) => void,
  ) {
    const subscribed = listen<BackendEvents[Name]>(name, (event) =>
      handler(withoutNulls(event.payload)),
    );
    return () => void subscribed.then((unsubscribe) => unsubscribe());
  },
};
