/** The double's moves, part two: the connections of a move and their values. */
import type { Backend } from '../../src/lib/backend';
import type { BindingInput } from '../../src/lib/backend/generated/BindingInput';
import type { BoundProperty } from '../../src/lib/backend/generated/BoundProperty';
import type { MoveConnection } from '../../src/lib/backend/generated/MoveConnection';
import { connectionIds, needed } from './moves-data';
import { DoubleMovesPrepare } from './moves-prepare';
import { refusal, type DoubleState } from './state';

function property(name: string, label: string, rest: Partial<BoundProperty> = {}): BoundProperty {
  return {
    name,
    label,
    credential: false,
    secret: false,
    required: true,
    kind: 'text',
    options: [],
    setThere: rest.destination !== undefined,
    held: 'no',
    ...rest,
  };
}

const secret = (name: string, label: string, rest: Partial<BoundProperty> = {}) =>
  property(name, label, { credential: true, secret: true, kind: 'secret', ...rest });

/** What is drawn of each connection; the others are REST connections that stay as they are. */
const drawn: Partial<Record<string, Partial<MoveConnection>>> = {
  COUPA_EVENTS: {
    adapter: 'Coupa',
    role: 'trigger',
    state: 'draft',
    mode: 'enter',
    policySource: 'OAUTH_CLIENT_CREDENTIALS',
    properties: [
      property('connectionUrl', 'Address', {
        kind: 'url',
        source: 'https://acme-test.coupahost.com',
      }),
      property('clientId', 'Client ID', { credential: true, source: '9c1e55d207' }),
      secret('clientSecret', 'Client secret'),
      property('scope', 'Scope', {
        credential: true,
        required: false,
        source: 'core.purchase_order.read',
      }),
    ],
  },
  WMS_REST: {
    adapter: 'REST',
    role: 'invoke',
    present: false,
    mode: 'enter',
    policySource: 'MUTUAL_TLS',
    properties: [
      property('connectionUrl', 'Address', {
        kind: 'url',
        source: 'https://wms-test.acme.example/v2',
      }),
      property('tlsVersion', 'TLS version', {
        kind: 'choice',
        required: false,
        options: [
          { value: 'TLSv1.2', label: 'TLS 1.2' },
          { value: 'TLSv1.3', label: 'TLS 1.3' },
        ],
        source: 'TLSv1.3',
      }),
      property('identityKeystore', 'Identity keystore', { kind: 'file', credential: true }),
      secret('keystorePassword', 'Keystore password'),
    ],
  },
  SFTP_BANK: {
    adapter: 'FTP',
    role: 'via agent group',
    mode: 'enter',
    policySource: 'FTP_PUBLIC_KEY_AUTHENTICATION',
    policyDestination: 'FTP_PUBLIC_KEY_AUTHENTICATION',
    agentsSource: 'ACME_TEST_AGENTS',
    agentsDestination: 'ACME_AGENTS',
    properties: [
      property('host', 'Host', {
        source: 'sftp-test.bank.example',
        destination: 'sftp.bank.example',
      }),
      property('username', 'User name', {
        credential: true,
        source: 'acme_t',
        destination: 'acme_old',
        entered: 'acme_p',
      }),
      secret('passphrase', 'Passphrase', { setThere: true, held: 'kept' }),
    ],
  },
  KAFKA_EVENTS: {
    adapter: 'Kafka',
    role: 'invoke',
    mode: 'fromSource',
    policySource: 'NONE',
    policyDestination: 'NONE',
    properties: [
      property('bootstrap', 'Bootstrap servers', {
        source: 'kafka.acme.example:9092',
        destination: 'kafka-old.acme.example:9092',
      }),
    ],
  },
  ATP_STAGING: { adapter: 'ATP', role: 'wallet in PROD' },
  ERP_CLOUD: { adapter: 'ERP Cloud' },
  SFDC_CORE: { adapter: 'Salesforce' },
};

const coupaValues: BindingInput = {
  mode: 'enter',
  values: {
    connectionUrl: 'https://acme.coupahost.com',
    clientId: 'b4471f0ad2e94c11',
    scope: 'core.purchase_order.read',
  },
  securityPolicy: 'OAUTH_CLIENT_CREDENTIALS',
  files: [],
  forget: [],
};

const inSource = 'https://acme-test.integration.example/ic/api/orders';

export abstract class DoubleMovesConnections extends DoubleMovesPrepare {
  private readonly bound = new Map<string, BindingInput>();
  private readonly held = new Map<string, BoundProperty['held']>();

  constructor(state: DoubleState) {
    super(state);
    if (!state.moveSettled?.includes('connection-values')) return;
    this.bound.set('connection:COUPA_EVENTS', coupaValues);
    this.held.set('connection:COUPA_EVENTS clientSecret', 'kept');
    this.bound.set('connection:WMS_REST', {
      mode: 'enter',
      values: { connectionUrl: 'https://wms.acme.example/v2', tlsVersion: 'TLSv1.3' },
      files: [['identityKeystore', '/data/priya/keys/wms.jks']],
      forget: [],
    });
    this.held.set('connection:WMS_REST keystorePassword', 'session');
  }

  private connection(move: string, id: string): MoveConnection {
    const need = needed.find((one) => one.id === id);
    const code = id.split(':')[1] ?? id;
    const input = this.bound.get(id);
    const hosts = this.find(move).hosts;
    const base: MoveConnection = {
      id,
      name: need?.name ?? code,
      adapter: 'REST',
      role: 'invoke',
      usedBy: need?.neededBy ?? [],
      state: 'configured',
      present: true,
      mode: 'keep',
      policySource: 'BASIC_AUTH',
      policyDestination: 'BASIC_AUTH',
      properties: [
        property('connectionUrl', 'Address', {
          kind: 'url',
          source: code === 'ORDER_REST' ? inSource : `https://${code.toLowerCase()}.test.example`,
          destination: `https://${code.toLowerCase()}.prod.example`,
        }),
        property('username', 'User name', {
          credential: true,
          source: 'svc_test',
          destination: 'svc_prod',
        }),
        secret('password', 'Password', { setThere: true }),
      ],
      files: [],
      settled: true,
      ...drawn[code],
      ...(input ? { mode: input.mode, policyEntered: input.securityPolicy } : {}),
    };
    if (input?.agentGroup !== undefined) base.agentsEntered = input.agentGroup;
    base.files = (input?.files ?? []).map(([of, path]) => ({ property: of, path, same: true }));
    base.properties = base.properties.map((one) => {
      const entered = input ? input.values[one.name] : one.entered;
      const rewritten = hosts.reduce(
        (text, { from, to }) => text.replace(from, to),
        one.source ?? '',
      );
      return {
        ...one,
        ...(one.secret ? { held: this.held.get(`${id} ${one.name}`) ?? one.held } : {}),
        entered,
        rewritten: rewritten === (one.source ?? '') ? undefined : rewritten,
      };
    });
    const tested = this.state.changed[id] === 'configured';
    if (!base.present) delete base.state;
    else if (base.state !== 'draft')
      base.tested = code !== 'BI_EXTRACT' || tested ? true : undefined;
    else if (tested) base.tested = true;
    const missing = base.properties.find((one) => lacks(base, one));
    return missing ? { ...base, settled: false, open: `\`${missing.label}\` is missing.` } : base;
  }

  moveConnections: Backend['moveConnections'] = (id) =>
    this.answer('moveConnections', [id], () => ({
      connections: connectionIds
        .map((one) => this.connection(id, one))
        .sort((a, b) => Number(a.settled) - Number(b.settled) || (a.id < b.id ? -1 : 1)),
      agentGroups: ['ACME_AGENTS', 'ACME_DMZ'],
      hosts: this.find(id).hosts,
      hostsSeen: ['acme-test.integration.example'],
    }));
  moveBind: Backend['moveBind'] = (id, connection, input, secrets, keep) =>
    this.answer('moveBind', [id, connection, input, secrets.map(([name]) => name), keep], () => {
      const address = input.values['connectionUrl'];
      if (address && !address.includes('://'))
        throw refusal('badInput', 'The address has no scheme such as https.', {
          context: { field: 'connectionUrl' },
        });
      this.bound.set(connection, input);
      for (const [name] of secrets)
        this.held.set(`${connection} ${name}`, keep ? 'kept' : 'session');
      for (const name of input.forget) this.held.set(`${connection} ${name}`, 'no');
      const bound = this.connection(id, connection);
      if (connection === 'connection:COUPA_EVENTS' && bound.settled)
        this.settled.add('connection-values');
      this.plans.delete(id);
      this.put({ ...this.find(id), planned: false });
      return bound;
    });
  bindingsLoad: Backend['bindingsLoad'] = (id) =>
    this.answer('bindingsLoad', [id], () => {
      this.bound.set('connection:COUPA_EVENTS', coupaValues);
      return this.find(id);
    });
  bindingsSave: Backend['bindingsSave'] = (id) =>
    this.answer('bindingsSave', [id], () => ({
      path: '/data/priya/acme-prod-bindings.json',
      bytes: 4_120,
      sha256: 'ab12',
    }));
}

/** Nothing will stand there after the run, and something has to. */
function lacks({ mode, files }: MoveConnection, one: BoundProperty): boolean {
  if (!one.required || one.setThere) return false;
  if (mode === 'keep') return true;
  if (one.secret) return one.held === 'no';
  if (one.kind === 'file') return !files.some((file) => file.property === one.name);
  return mode === 'fromSource' ? one.source === undefined : !one.entered;
}
