/** The double's changes: plans of them, their effect on its catalogue, write policy and audit log. */
import type { AuditView } from '../../src/lib/backend/generated/AuditView';
import type { ChangePlan } from '../../src/lib/backend/generated/ChangePlan';
import type { ChangeRequest } from '../../src/lib/backend/generated/ChangeRequest';
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { State } from '../../src/lib/backend/generated/State';
import type { WriteStanding } from '../../src/lib/backend/generated/WriteStanding';
import { ago, artifacts, hour } from './data';
import { drawnArtifact } from './moves-data';
import { refusal, type DoubleState } from './state';

const words: Record<ChangeRequest['type'], string> = {
  activate: 'Activate',
  deactivate: 'Deactivate',
  setTracing: 'Set the tracing level of',
  testConnection: 'Test',
  editConnection: 'Change the values of',
  startSchedule: 'Start the schedule of',
  stopSchedule: 'Stop the schedule of',
  pauseSchedule: 'Pause the schedule of',
  resumeSchedule: 'Resume the schedule of',
  runNow: 'Run',
  createDeployment: 'Create',
  updateDeployment: 'Change',
  copyInto: 'Copy integrations into',
  delete: 'Delete',
};

export function instanceOf(state: DoubleState, id: string): InstanceView {
  const found = state.instances.find((one) => one.id === id);
  if (!found) throw refusal('unknownSubject', 'This instance is not saved.');
  return found;
}

function standing(instance: InstanceView): WriteStanding {
  const until = instance.writesAllowedUntil;
  const open = until !== undefined && Date.parse(until) > Date.now();
  const mayWrite = instance.writePolicy !== 'readOnly' || open;
  return {
    policy: instance.writePolicy,
    mayWrite,
    ...(open ? { allowedUntil: until } : {}),
    ...(mayWrite
      ? {}
      : { because: 'Nothing can be changed there until it is allowed for a time.' }),
  };
}

export function planOf(state: DoubleState, id: string, request: ChangeRequest): ChangePlan {
  const instance = instanceOf(state, id);
  const artifact =
    'name' in request
      ? { name: request.name }
      : (artifacts(state.artifacts).find((one) => one.id === request.id) ??
        drawnArtifact(request.id));
  if (!artifact) throw refusal('unknownSubject', 'This artifact is not there any more.');
  const [kindAndCode = '', version] = request.id.split('|');
  const code = kindAndCode.slice(kindAndCode.indexOf(':') + 1);
  const named = `\`${code}\`${version ? ` ${version}` : ''}`;
  const tests = request.type === 'testConnection';
  const writes = standing(instance);
  const production = instance.environment === 'production' && !tests;
  const typeName = request.type === 'delete' ? code : production ? instance.name : undefined;
  return {
    instanceId: instance.id,
    instanceName: instance.name,
    environment: instance.environment,
    id: request.id,
    verb: request.type,
    title: `${words[request.type]} ${artifact.name} in ${instance.name}`,
    button: `${words[request.type]} ${named} in ${instance.name}`,
    effects: effectsOf(request, named),
    findings: writes.because
      ? [{ severity: 'blocking', text: writes.because }, ...state.findings]
      : state.findings,
    ...(typeName && !tests ? { typeName } : {}),
    writes,
    backsUp: !tests,
    runPossible:
      (writes.mayWrite || tests) && !state.findings.some(({ severity }) => severity === 'blocking'),
  };
}

function effectsOf(request: ChangeRequest, named: string): string[] {
  switch (request.type) {
    case 'deactivate':
      return [
        ...(request.stopSchedule ? [`The schedule of ${named} is stopped.`] : []),
        `${named} takes no more messages. What it has not begun is dropped.`,
      ];
    case 'activate':
      return [
        `${named} takes messages again.`,
        'Version 01.02.0002, active now, is deactivated by the service: it has the same major version.',
      ];
    case 'setTracing':
      return [`The tracing level of ${named} becomes ${request.tracing}.`];
    case 'testConnection':
      return [`The service opens ${named} with the values it has. Nothing is changed.`];
    case 'editConnection':
      return [
        ...request.values.map(({ name, value }) => `\`${name}\` becomes \`${value}\`.`),
        ...request.secrets.map((name) => `\`${name}\` gets a new secret.`),
        ...(request.agentGroup === undefined
          ? []
          : [`The agent group becomes \`${request.agentGroup || 'none'}\`.`]),
      ];
    case 'delete':
      return [`${named} is gone from the instance. Its snapshot stays in the vault.`];
    default:
      return [`${words[request.type]} ${named}.`];
  }
}

/** The state an artifact has after a change. */
export function stateAfter(request: ChangeRequest): State | undefined {
  if (request.type === 'activate') return 'active';
  // A connection that was set or tested holds values.
  if (request.type === 'testConnection' || request.type === 'editConnection') return 'configured';
  if (request.type === 'stopSchedule' && request.id.includes('schedule:')) return 'stopped';
  return request.type === 'deactivate' ? 'configured' : undefined;
}

function entry(number: number, rest: Partial<AuditView>): AuditView {
  return {
    number,
    at: ago((48 - number) * hour),
    who: 'priya',
    action: 'deactivate',
    subject: 'integration:ORDER_SYNC|01.02.0003',
    instance: 'Acme DEV',
    details: {},
    ...rest,
  };
}

export const auditLog: AuditView[] = [
  entry(47, {
    instance: 'Acme PROD',
    before: 'active',
    after: 'configured',
    result: 'Deactivated',
    run: 'r6',
    details: { snapshot: '4f1c9a02d7', schedule: 'stopped first' },
  }),
  entry(46, {
    action: 'writes allowed',
    subject: 'Acme PROD',
    instance: 'Acme PROD',
    after: 'for 15 minutes',
    result: 'Allowed',
  }),
  entry(45, {
    action: 'change connection values',
    subject: 'connection:ORDER_ARCHIVE',
    before: 'connectionUrl https://fa-dev1.example.com',
    after: 'connectionUrl https://fa-dev2.example.com, password replaced',
    result: 'Changed',
    run: 'r4',
  }),
  entry(44, {
    action: 'activate failed',
    subject: 'integration:INVOICE_IMPORT|01.00.0004',
    instance: 'Acme TEST',
    who: 'tomas',
    before: 'configured',
    after: 'configured',
    result: 'Connection `SFDC_CORE` has no password',
    run: 'r2',
  }),
  entry(43, { action: 'backup started', subject: 'r4', instance: 'Acme TEST', run: 'r4' }),
];
