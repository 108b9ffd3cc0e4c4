/** What the kinds of steps are called, which glyph they have, and what they are in a drawing. */
import type { StepView } from '$lib/backend/generated/StepView';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

interface Kind {
  word: () => string;
  icon: IconName;
}

const kinds: Record<string, Kind> = {
  receive: { word: m.step_receive, icon: 'f-call' },
  schedule: { word: m.step_schedule, icon: 'k-schedule' },
  subscribe: { word: m.step_subscribe, icon: 'bell' },
  pick: { word: m.step_pick, icon: 'f-switch' },
  'pick-receive': { word: m.step_pick_receive, icon: 'f-call' },
  'global-scope': { word: m.step_global_scope, icon: 'k-package' },
  scope: { word: m.step_scope, icon: 'k-package' },
  catch: { word: m.step_catch, icon: 'f-fault' },
  'catch-all': { word: m.step_catch_all, icon: 'f-fault' },
  router: { word: m.step_router, icon: 'f-switch' },
  route: { word: m.step_route, icon: 'right' },
  'for-each': { word: m.step_for_each, icon: 'f-loop' },
  while: { word: m.step_while, icon: 'f-loop' },
  parallel: { word: m.step_parallel, icon: 'f-switch' },
  'parallel-branch': { word: m.step_parallel_branch, icon: 'right' },
  invoke: { word: m.step_invoke, icon: 'k-connection' },
  map: { word: m.step_map, icon: 'f-map' },
  assignments: { word: m.step_assignments, icon: 'edit' },
  assign: { word: m.step_assign, icon: 'edit' },
  'stage-file': { word: m.step_stage_file, icon: 'folder' },
  notification: { word: m.step_notification, icon: 'bell' },
  callout: { word: m.step_callout, icon: 'k-library' },
  throw: { word: m.step_throw, icon: 'bang' },
  rethrow: { word: m.step_rethrow, icon: 'bang' },
  wait: { word: m.step_wait, icon: 'pause' },
  stitch: { word: m.step_stitch, icon: 'f-map' },
  log: { word: m.step_log, icon: 'f-log' },
  publish: { word: m.step_publish, icon: 'export' },
  reply: { word: m.step_reply, icon: 'f-reply' },
  stop: { word: m.step_stop, icon: 'stopsq' },
  'handler-end': { word: m.step_handler_end, icon: 'stopsq' },
  note: { word: m.step_note, icon: 'file' },
  'integration-properties': { word: m.step_integration_properties, icon: 'settings' },
  'integration-metadata': { word: m.step_integration_metadata, icon: 'info' },
  'global-variable': { word: m.step_global_variable, icon: 'edit' },
};

/** What kind it is in words; what is not known is called as in the archive. */
export function stepWord(step: StepView): string {
  return (step.known ? kinds[step.kind]?.word() : undefined) ?? step.kind;
}

/** What it is called: by its name, else by its kind. */
export function stepName(step: StepView): string {
  return step.name ?? stepWord(step);
}

export function stepIcon(step: StepView): IconName {
  if (step.kind === 'invoke' && step.calls) return 'k-integration';
  return (step.known ? kinds[step.kind]?.icon : undefined) ?? 'dots';
}

/** It handles the faults of the scope around it. */
export const isHandler = (step: StepView): boolean =>
  step.kind === 'catch' || step.kind === 'catch-all';
/** It declares something for the whole flow and is no part of its way. */
export const isDeclaration = (step: StepView): boolean =>
  ['integration-properties', 'integration-metadata', 'global-variable'].includes(step.kind);
/** The way does not go on behind it. */
export const endsWay = (step: StepView): boolean =>
  ['stop', 'throw', 'rethrow', 'handler-end'].includes(step.kind);
export const isScope = (step: StepView): boolean =>
  step.kind === 'scope' || step.kind === 'global-scope';
/** Its steps are columns beside each other. */
export const fansOut = (step: StepView): boolean =>
  ['router', 'parallel', 'pick'].includes(step.kind) && step.steps.length > 0;
/** A column's head is a label on the line, not a box. */
export const isLabel = (step: StepView): boolean =>
  step.kind === 'route' || step.kind === 'parallel-branch';
/** What is in it is told in its own box. */
export const isFolded = (step: StepView): boolean => step.kind === 'assignments';
