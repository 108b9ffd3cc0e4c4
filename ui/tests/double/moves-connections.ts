/** The double's moves, part two: the connections of a move and their values. */
import type { Backend } from '../../src/lib/backend';
import type { BindingInput } from '../../src/lib/backend/generated/BindingInput';
import type { MoveConnection } from '../../src/lib/backend/generated/MoveConnection';
import { connectionIds, connectionsToSet, needed } from './moves-data';
import { DoubleMovesPrepare } from './moves-prepare';

export abstract class DoubleMovesConnections extends DoubleMovesPrepare {
  private readonly bound = new Map<string, BindingInput>();

  private connection(id: string): MoveConnection {
    const input = this.bound.get(id);
    const open = id === 'connection:COUPA_EVENTS' && !this.settled.has('connection-values');
    const need = needed.find((one) => one.id === id);
    return {
      id,
      name: need?.name ?? id,
      adapter: 'rest',
      role: 'invoke',
      usedBy: need?.neededBy ?? [],
      state: open ? 'draft' : 'configured',
      present: true,
      mode: input?.mode ?? (connectionsToSet.includes(id) ? 'enter' : 'keep'),
      properties: [
        {
          name: 'connectionUrl',
          label: 'Connection URL',
          credential: false,
          secret: false,
          required: true,
          kind: 'text',
          options: [],
          source: 'https://coupa-test.acme.example',
          destination: 'https://coupa.acme.example',
          setThere: true,
          held: 'no',
          ...(input?.values['connectionUrl'] ? { entered: input.values['connectionUrl'] } : {}),
        },
        {
          name: 'password',
          label: 'Password',
          credential: true,
          secret: true,
          required: true,
          kind: 'secret',
          options: [],
          setThere: !open,
          held: open ? 'no' : 'kept',
        },
      ],
      files: [],
      settled: !open,
      ...(open ? { open: 'The password is missing.' } : {}),
      tested: !open,
    };
  }

  moveConnections: Backend['moveConnections'] = (id) =>
    this.answer('moveConnections', [id], () => ({
      connections: connectionIds
        .map((one) => this.connection(one))
        .sort((a, b) => Number(a.settled) - Number(b.settled)),
      agentGroups: ['ACME_AGENTS'],
      hosts: this.find(id).hosts,
      hostsSeen: [],
    }));
  moveBind: Backend['moveBind'] = (id, connection, input, secrets, keep) =>
    this.answer('moveBind', [id, connection, input, secrets.map(([name]) => name), keep], () => {
      this.bound.set(connection, input);
      if (connection === 'connection:COUPA_EVENTS' && secrets.length > 0)
        this.settled.add('connection-values');
      this.plans.delete(id);
      this.put({ ...this.find(id), planned: false });
      return this.connection(connection);
    });
  bindingsLoad: Backend['bindingsLoad'] = (id) =>
    this.answer('bindingsLoad', [id], () => this.find(id));
  bindingsSave: Backend['bindingsSave'] = (id) =>
    this.answer('bindingsSave', [id], () => ({
      path: '/data/priya/acme-prod-bindings.json',
      bytes: 4_120,
      sha256: 'ab12',
    }));
}
