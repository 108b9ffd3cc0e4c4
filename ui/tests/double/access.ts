/** Who may do what, and other values for connections in use, of the double. */
import type { Backend } from '../../src/lib/backend';
import type { AccessGroupView } from '../../src/lib/backend/generated/AccessGroupView';
import type { AccessMember } from '../../src/lib/backend/generated/AccessMember';
import type { AccessView } from '../../src/lib/backend/generated/AccessView';
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { MoveView } from '../../src/lib/backend/generated/MoveView';
import type { PeopleEntry } from '../../src/lib/backend/generated/PeopleEntry';
import type { RoleHolder } from '../../src/lib/backend/generated/RoleHolder';
import { artifactName } from '../../src/lib/format/artifact-id';
import { catalogueOf } from './places';
import { DoubleReleases } from './releases';

const user = (name: string, rest: Partial<AccessMember> = {}): AccessMember => ({
  kind: 'user',
  name,
  dangling: false,
  ...rest,
});

const roles = [
  'ServiceAdministrator',
  'ServiceDeveloper',
  'ServiceInvoker',
  'ServiceMonitor',
  'ServiceViewer',
];

const holders: RoleHolder[] = [
  { role: 'ServiceAdministrator', kind: 'user', name: 'priya.raman@acme.example' },
  { role: 'ServiceAdministrator', kind: 'app', name: 'waybill-client' },
  { role: 'ServiceDeveloper', kind: 'group', name: 'Integration Developers' },
  { role: 'ServiceMonitor', kind: 'group', name: 'Operations' },
];

const priya = user('priya.raman@acme.example', { email: 'priya.raman@acme.example' });

const groups: readonly [AccessGroupView, ...AccessGroupView[]] = [
  {
    right: 'owner',
    everyone: false,
    members: [priya, user('mvogel', { email: 'martin.vogel@acme.example' })],
  },
  {
    right: 'editor',
    everyone: false,
    members: [
      { kind: 'group', name: 'Integration Developers', dangling: false },
      user('Old Testers', { kind: 'group', dangling: true }),
    ],
  },
  { right: 'viewer', everyone: true, members: [] },
  { right: 'monitor', everyone: false, members: [] },
];

export abstract class DoubleAccess extends DoubleReleases {
  private readonly whoIsWho = new Map<string, PeopleEntry[]>();

  access: Backend['access'] = (place, project) =>
    this.answer('access', [place, project], () => this.accessOf(project, groups));
  /** Of the right, who is there no more, and who is new. */
  accessCompare: Backend['accessCompare'] = (left, right, project, other) =>
    this.answer('accessCompare', [left, right, project, other], () => {
      const [own, ...further] = groups;
      const there = { ...own, members: [priya, user('mei@acme.example')] };
      return {
        left: this.accessOf(project, groups),
        right: this.accessOf(other ?? project, [there, ...further]),
        rights: groups.map((group) => ({
          right: group.right,
          everyoneLeft: group.everyone,
          everyoneRight: group.everyone,
          onlyLeft: group === own ? own.members.slice(1) : [],
          onlyRight: group === own ? there.members.slice(1) : [],
          same: group === own ? 1 : group.members.length,
        })),
        same: false,
      };
    });
  accessCopy: Backend['accessCopy'] = (ask) =>
    this.answer('accessCopy', [ask], () =>
      this.begun(
        ask.from,
        ask.to,
        ask.projects.map((code) => `${code}/accessList:${code}`),
      ),
    );

  people: Backend['people'] = (from, to) =>
    this.answer('people', [from, to], () => this.tableOf(from, to));
  peopleSet: Backend['peopleSet'] = (from, to, entries) =>
    this.answer('peopleSet', [from, to, entries], () => {
      this.whoIsWho.set(`${from} ${to}`, entries);
      return this.tableOf(from, to);
    });

  roles: Backend['roles'] = (instance) =>
    this.answer('roles', [instance], () => ({ instance, title: 'Acme TEST', roles, holders }));
  /** The second has one role less, and one more. */
  rolesCompare: Backend['rolesCompare'] = (left, right) =>
    this.answer('rolesCompare', [left, right], () => {
      const name = (id: string) => this.state.instances.find((one) => one.id === id)?.name ?? id;
      return {
        left: name(left),
        right: name(right),
        onlyLeft: holders.slice(3),
        onlyRight: [{ role: 'ServiceInvoker', kind: 'user' as const, name: 'mei@acme.example' }],
        same: holders.slice(0, 3),
      };
    });
  rolesCopy: Backend['rolesCopy'] = (ask) =>
    this.answer('rolesCopy', [ask], () =>
      this.begun({ type: 'instance', id: ask.from }, ask.to, ['accessList:ServiceMonitor']),
    );
  rolesEdit: Backend['rolesEdit'] = (ask) =>
    this.answer('rolesEdit', [ask], () =>
      this.begun(
        { type: 'instance', id: ask.instance },
        ask.instance,
        [...ask.give, ...ask.take].map((one) => `accessList:${one.role}`),
      ),
    );

  rotationLook: Backend['rotationLook'] = (ask) =>
    this.answer('rotationLook', [ask], () => {
      const { artifacts } = catalogueOf(this.state, {
        type: 'instance',
        id: ask.instance,
      });
      const integrations = artifacts
        .filter((one) => artifactName(one.id).kind === 'integration')
        .slice(0, 12);
      return {
        instance: ask.instance,
        title: 'Acme TEST',
        connections: ask.connections.map((id) => ({
          id,
          name: artifactName(id).code,
          adapter: 'rest',
          values: [
            {
              property: 'connectionUrl',
              label: 'Connection URL',
              value: 'https://erp.acme.example',
            },
          ],
          secrets: ['password'],
          usedBy: integrations.length,
          active: integrations.filter((one) => one.state === 'active').length,
          locked: false,
        })),
        integrations: integrations.map((one) => ({
          id: one.id,
          name: one.name,
          active: one.state === 'active',
          connections: ask.connections,
        })),
        notes: [],
      };
    });
  rotationNew: Backend['rotationNew'] = (ask, secrets, keep) =>
    // The words themselves are not for the list of calls.
    this.answer('rotationNew', [ask, secrets.map(([name]) => name), keep], () =>
      this.begun({ type: 'instance', id: ask.instance }, ask.instance, ask.connections),
    );

  private accessOf(project: string, shown: readonly AccessGroupView[]): AccessView {
    return {
      id: `${project}/accessList:${project}`,
      project,
      title: 'Acme TEST',
      environment: 'test',
      groups: [...shown],
      notes: [],
    };
  }

  private tableOf(from: string, to: string) {
    const entries = this.whoIsWho.get(`${from} ${to}`) ?? [];
    return { from: `${from}.example`, to: `${to}.example`, sameDomain: from === to, entries };
  }

  private begun(from: MoveView['from'], to: string, chosen: ArtifactId[]): Promise<MoveView> {
    return this.moveNew({ ...(from ? { from } : {}), to, chosen });
  }
}
