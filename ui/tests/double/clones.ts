/** Instances as a whole in the double: one container, one archive, and a run that left a few things to see to. */
import type { Backend } from '../../src/lib/backend';
import type { CloneAsk } from '../../src/lib/backend/generated/CloneAsk';
import type { CloneNote } from '../../src/lib/backend/generated/CloneNote';
import type { ClonePart } from '../../src/lib/backend/generated/ClonePart';
import type { CloneView } from '../../src/lib/backend/generated/CloneView';
import type { ResidualView } from '../../src/lib/backend/generated/ResidualView';
import { refusal, type DoubleState } from './state';
import { DoubleTargets } from './targets';

const archive = {
  name: 'Waybill-Acme_DEV-2026-11-18-5e1d0a3c',
  bytes: 29_412_331,
  looksLikeOne: true,
};

function partsOf(ask: CloneAsk): ClonePart[] {
  const all: [ClonePart, boolean][] = [
    ['container', true],
    ['export', !ask.archive],
    ['archive', true],
    ['keep', Boolean(ask.destination)],
    ['import', Boolean(ask.destination)],
    ['compare', Boolean(ask.destination)],
    ['remove', Boolean(ask.destination) && ask.removeArchive],
  ];
  return all.filter(([, wanted]) => wanted).map(([part]) => part);
}

function notesOf(ask: CloneAsk): CloneNote[] {
  const notes: CloneNote[] = [
    ask.withSecrets
      ? {
          key: 'secrets',
          mustBeRead: true,
          text: 'The archive holds certificates and the credentials of all connections. Whoever can read the container `Archives` has them.',
          guidance: 'Remove the archive once it is not needed.',
        }
      : {
          key: 'secret',
          mustBeRead: true,
          text: 'The archive holds all designs of the instance: it is secret.',
          guidance: 'Let nobody but the administrators read the container.',
        },
  ];
  if (ask.destination) {
    notes.push({
      key: 'noWayBack',
      mustBeRead: true,
      text: 'An import of a whole instance cannot be taken back.',
      guidance: 'What is there before is kept in a snapshot first.',
    });
  }
  return notes;
}

function nameOf(state: DoubleState, id: string | undefined): string {
  const found = state.instances.find((one) => one.id === id);
  return found?.name ?? '';
}

function titleOf(state: DoubleState, ask: CloneAsk): string {
  const [from, into] = [nameOf(state, ask.source), nameOf(state, ask.destination)];
  if (ask.archive) return `Import ${ask.archive} into ${into}`;
  return into ? `Clone ${from} into ${into}` : `Export ${from} as a whole`;
}

const left: ResidualView[] = [
  {
    key: 'missing/agentGroup',
    kind: 'missing',
    text: '1 agent group of the source is not in Acme TEST.',
    guidance: 'Make each agent group with the same identifier in the console.',
    artifacts: ['agentGroup:ONSITE'],
  },
  {
    key: 'beside/callers',
    kind: 'beside',
    text: 'Systems that call these integrations still call the source.',
    guidance: 'Give them the new addresses.',
    artifacts: [],
  },
];

export abstract class DoubleClones extends DoubleTargets {
  private signed = new Map<string, { by: string; words: string }>();

  cloneContainers: Backend['cloneContainers'] = () =>
    this.answer('cloneContainers', [], () => [
      { id: 'c1', name: 'Archives', address: 'archives at swiftobjectstorage.example.com' },
    ]);
  cloneContainerSave: Backend['cloneContainerSave'] = (form, token) =>
    // The token is no business of the record of calls.
    this.answer('cloneContainerSave', [form, token.length], () => {
      const first = this.state.targets?.[0];
      if (!first)
        throw refusal('badInput', 'The region is missing.', { context: { field: 'region' } });
      return first;
    });
  cloneArchives: Backend['cloneArchives'] = (container) =>
    this.answer('cloneArchives', [container], () => [archive]);
  clonePlan: Backend['clonePlan'] = (ask) =>
    this.answer('clonePlan', [ask], () => {
      const into = this.state.instances.find((one) => one.id === ask.destination);
      const from = nameOf(this.state, ask.source);
      return {
        title: titleOf(this.state, ask),
        effect: into ? `Import into ${into.name}` : `Export ${from}`,
        parts: partsOf(ask),
        name: ask.name ?? archive.name,
        notes: notesOf(ask),
        ...(into?.environment === 'production' ? { typeName: into.name } : {}),
      };
    });
  cloneStart: Backend['cloneStart'] = (ask, agreed) =>
    this.answer('cloneStart', [ask, agreed], () => {
      const instance = this.state.instances.find(
        (one) => one.id === (ask.destination ?? ask.source),
      );
      const run = this.engine.start({
        kind: 'clone',
        planned: partsOf(ask).length,
        instance,
        title: titleOf(this.state, ask),
      });
      return this.told(run);
    });
  cloneView: Backend['cloneView'] = (run) =>
    this.answer('cloneView', [run], () => this.viewOf(run));
  cloneSign: Backend['cloneSign'] = (run, key, by, words) =>
    this.answer('cloneSign', [run, key, by, words], () => {
      if (by === undefined) this.signed.delete(key);
      else if (by.trim() === '')
        throw refusal('badInput', 'No name of a person is given.', { context: { field: 'by' } });
      else this.signed.set(key, { by, words });
      return this.viewOf(run);
    });

  private viewOf(run: string): CloneView {
    const summary = this.state.runs.find((one) => one.id === run);
    if (!summary) throw refusal('unknownSubject', `There is no run \`${run}\`.`);
    const residuals = left.map((one) => {
      const by = this.signed.get(one.key);
      return by
        ? { ...one, signedBy: by.by, signedAt: new Date().toISOString(), signedWords: by.words }
        : one;
    });
    const parts: ClonePart[] = ['container', 'export', 'archive', 'keep', 'import', 'compare'];
    return {
      summary,
      title: 'Clone Acme DEV into Acme TEST',
      source: 'Acme DEV',
      destination: 'Acme TEST',
      container: 'Archives',
      withSecrets: false,
      mode: 'importOnly',
      archive,
      open: residuals.filter((one) => !('signedBy' in one)).length,
      residuals,
      parts: parts.map((part) => ({
        part,
        state: 'done' as const,
        components:
          part === 'export'
            ? [{ name: 'integration', status: 'COMPLETED', percentage: 100, resources: 1480 }]
            : [],
        ...(part === 'export'
          ? { job: '6d3446ed', jobName: archive.name, status: 'COMPLETED' }
          : {}),
      })),
    };
  }
}
