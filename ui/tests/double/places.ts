/** The double's catalogues, details and snapshots. */
import type { Artifact } from '../../src/lib/backend/generated/Artifact';
import type { ArtifactDetail } from '../../src/lib/backend/generated/ArtifactDetail';
import type { CatalogueView } from '../../src/lib/backend/generated/CatalogueView';
import type { ChangedSince } from '../../src/lib/backend/generated/ChangedSince';
import type { ChangeVerb } from '../../src/lib/backend/generated/ChangeVerb';
import type { IntegrationCounts } from '../../src/lib/backend/generated/IntegrationCounts';
import type { PlaceRef } from '../../src/lib/backend/generated/PlaceRef';
import type { SnapshotDetail } from '../../src/lib/backend/generated/SnapshotDetail';
import { ago, artifacts, hour } from './data';
import { drawnArtifact } from './moves-data';
import { refusal, type DoubleState } from './state';

export function catalogueOf(state: DoubleState, place: PlaceRef): CatalogueView {
  if (place.type === 'file' || place.type === 'files') {
    const [path = ''] = place.type === 'file' ? [place.path] : place.paths;
    return {
      place,
      title: path.split('/').at(-1) ?? path,
      readAt: ago(0),
      stale: false,
      artifacts: artifacts(6),
      gaps: [],
    };
  }
  const snapshot =
    place.type === 'snapshot'
      ? state.snapshots.find((one) => one.id === place.id)
      : place.type === 'copy'
        ? state.snapshots[0]
        : undefined;
  const wanted = place.type === 'instance' ? place.id : snapshot?.instanceId;
  const instance = state.instances.find((one) => one.id === wanted || one.name === wanted);
  if (!instance) throw refusal('unknownSubject', 'This place is not known.');
  return {
    place,
    title: instance.name,
    instanceId: instance.id,
    environment: instance.environment,
    readAt: snapshot?.takenAt ?? ago(0.05 * hour),
    stale: false,
    artifacts: artifacts(state.artifacts).map((one) => {
      const changed = state.changed[one.id];
      return changed ? { ...one, state: changed } : one;
    }),
    gaps:
      instance.id === 'test'
        ? [
            {
              kind: 'certificate',
              reason: 'The user may not list certificates.',
              notOffered: false,
            },
          ]
        : [],
  };
}

export function countsOf(state: DoubleState): IntegrationCounts {
  const integrations = artifacts(state.artifacts).filter((one) => one.id.includes('integration:'));
  return {
    total: integrations.length,
    active: integrations.filter((one) => one.state === 'active').length,
    failed: 2,
  };
}

export function changedSince(instance: string): ChangedSince | undefined {
  if (instance === 'dev')
    return {
      count: 9,
      people: 2,
      latest: 'integration:ORDER_SYNC|01.02.0003',
      latestAt: ago(0.6 * hour),
    };
  if (instance === 'prod') return { count: 0, people: 0 };
  return { count: 23, people: 1, latest: 'lookup:TAX_CODES', latestAt: ago(3 * hour) };
}

export function detailOf(state: DoubleState, place: PlaceRef, id: string): ArtifactDetail {
  const all = catalogueOf(state, place).artifacts;
  const artifact = all.find((one) => one.id === id) ?? drawnArtifact(id);
  if (!artifact) throw refusal('unknownSubject', 'This artifact is not there any more.');
  const [code] = id.split('|');
  const connection = id.includes('connection:');
  const locked = Boolean(artifact.lock);
  return {
    artifact,
    uses: artifact.dependencies.map((needed) => ({ ...needed, present: true })),
    usedBy: all.flatMap((other) =>
      other.dependencies
        .filter((needed) => needed.id === id)
        .map((needed) => ({ id: other.id, role: needed.role, present: true })),
    ),
    versions: all.filter((other) => other.id.split('|')[0] === code),
    ...(connection
      ? {
          connection: {
            securityPolicy: 'Basic',
            role: 'Trigger and invoke',
            tested: true,
            agentGroup: id.includes('STATUS') ? 'ACME_AGENTS' : undefined,
            attachments: [],
            properties: [
              {
                name: 'connectionUrl',
                label: 'Connection URL',
                value: 'https://fa-dev1.fa.ocs.oraclecloud.com',
                secret: false,
                set: true,
                required: true,
                kind: 'url',
                options: [],
              },
              {
                name: 'username',
                label: 'User name',
                value: 'svc_oic_dev',
                secret: false,
                set: true,
                required: true,
                kind: 'text',
                options: [],
              },
              {
                name: 'password',
                label: 'Password',
                secret: true,
                set: true,
                required: true,
                kind: 'secret',
                options: [],
              },
            ],
          },
        }
      : {}),
    ...(id.includes('lookup:')
      ? {
          lookup: {
            columns: ['ERP', 'COUPA'],
            rows: [
              ['DE19', 'VAT19'],
              ['DE7', 'VAT7'],
            ],
            rowCount: 2,
          },
        }
      : {}),
    ...(artifact.style === 'Scheduled'
      ? {
          schedule: {
            recurrence: 'FREQ=DAILY;BYHOUR=6',
            zone: 'Europe/Berlin',
            state: 'started',
            start: ago(900 * hour),
          },
        }
      : {}),
    ...(id.includes('integration:')
      ? { tracing: true, payloadTracing: false, tracingLevel: 'audit' as const }
      : {}),
    ...(artifact.state === 'failed'
      ? {
          activationErrors: [
            'Connection `SFDC_CORE` is not configured: it has no password. Enter it in Connections, then activate again.',
          ],
        }
      : { activationErrors: [] }),
    libraryFunctions: id.startsWith('library:') ? ['toIsoDate', 'roundTax', 'maskAccount'] : [],
    ...(locked
      ? {
          unlockHint: `Ask ${artifact.lock?.by} to close it in the console. An administrator can unlock it there, from the menu of its row.`,
        }
      : {}),
    actions: verbsOf(artifact),
    canExport: !locked && !artifact.prebuilt,
    ...(locked ? { cannotExportBecause: `${artifact.lock?.by} has it open in the console.` } : {}),
    ...(artifact.prebuilt
      ? { cannotExportBecause: 'It is delivered by Oracle and cannot be exported.' }
      : {}),
    fileName: `${code?.split(':')[1] ?? 'archive'}.iar`,
    archiveBytes: 88_204,
  };
}

/** What can be done to it in its state. */
function verbsOf({ id, state, style, lock }: Artifact): ChangeVerb[] {
  if (id.includes('connection:'))
    return [...(state === 'draft' ? [] : ['testConnection' as const]), 'editConnection', 'delete'];
  if (!id.includes('integration:')) return id.includes('/') ? [] : ['delete'];
  if (lock) return [];
  if (state !== 'active') return ['activate', 'delete'];
  const scheduled: ChangeVerb[] =
    style === 'Scheduled' ? ['pauseSchedule', 'stopSchedule', 'runNow'] : [];
  return ['deactivate', ...scheduled, 'setTracing'];
}

export function snapshotDetailOf(state: DoubleState, id: string): SnapshotDetail {
  const at = state.snapshots.findIndex((one) => one.id === id);
  const summary = state.snapshots[at];
  if (!summary) throw refusal('unknownSubject', 'This snapshot is not in the vault.');
  const before = state.snapshots.slice(at + 1).find((one) => one.instanceId === summary.instanceId);
  const { changed, added, removed } = summary;
  const changeAt = (index: number) => {
    if (index < changed) return 'changed' as const;
    if (index < changed + added) return 'added' as const;
    return index < changed + added + removed ? ('removed' as const) : ('same' as const);
  };
  return {
    summary,
    items: artifacts(Math.min(state.artifacts, summary.artifacts)).map((artifact, index) => ({
      id: artifact.id,
      name: artifact.name,
      path: `integrations/${artifact.id.replaceAll(/\W+/g, '_')}.iar`,
      bytes: 20_000 + ((index * 7919) % 160_000),
      change: changeAt(index),
      updatedBy: artifact.updatedBy,
      updated: artifact.updated,
    })),
    unread: Array.from({ length: summary.unread }, (_, index) => ({
      id: `integration:INVOICE_IMPORT_${index}|01.00.0000`,
      kind: 'integration' as const,
      name: `Invoice import ${index}`,
      reason: 'It is locked by M. Tanaka.',
      guidance: 'Ask M. Tanaka to close it in the console, then back up again.',
    })),
    ...(summary.status === 'unverified' ? {} : { verifiedAt: summary.takenAt, verifyPassed: true }),
    before: before?.id,
    toolVersion: '0.1.0',
  };
}
