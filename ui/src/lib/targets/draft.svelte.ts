/** A target while a person fills it in. */
import type { GitWay } from '$lib/backend/generated/GitWay';
import type { SshWay } from '$lib/backend/generated/SshWay';
import type { TargetForm } from '$lib/backend/generated/TargetForm';
import type { TargetPlace } from '$lib/backend/generated/TargetPlace';
import type { TargetSecrets } from '$lib/backend/generated/TargetSecrets';
import type { TargetView } from '$lib/backend/generated/TargetView';
import { kindWord, type Kind } from './words';

type Ssh = SshWay['type'];

export class TargetDraft {
  kind = $state<Kind>('folder');
  name = $state('');
  on = $state(true);
  /** All instances, or those named. */
  some = $state(false);
  instances = $state<string[]>([]);
  as = $state<'files' | 'sealed' | 'vault'>('files');
  recipients = $state('');
  pattern = $state('');
  hostKey = $state<string>();
  caFile = $state('');
  // Where it is.
  path = $state('');
  host = $state('');
  port = $state('22');
  user = $state('');
  folder = $state('');
  ssh = $state<Ssh>('key');
  keyFile = $state('');
  address = $state('');
  branch = $state('main');
  gitFolder = $state('<instance>');
  gitWay = $state<GitWay['type']>('token');
  author = 'Waybill';
  email = 'waybill@localhost';
  tags = $state('');
  join = $state(true);
  unpacked = $state(true);
  region = $state('');
  bucket = $state('');
  prefix = $state('');
  pathStyle = $state(true);
  tokenFirst = $state(false);
  makeContainer = $state(false);
  reads = $state(false);
  // What it is kept with.
  access = $state('');
  encryption = $state('');
  vaultPassword = $state('');
  private readonly before: TargetView | undefined;

  constructor(before?: TargetView) {
    this.before = before;
    if (!before) return;
    const { form } = before;
    this.kind = form.place.type;
    this.name = form.name;
    this.on = form.on;
    this.some = form.instances !== undefined;
    this.instances = [...(form.instances ?? [])];
    this.as = form.vault ? 'vault' : form.encryption.type === 'plain' ? 'files' : 'sealed';
    if (form.encryption.type === 'recipients')
      this.recipients = form.encryption.recipients.join(' ');
    this.pattern = form.pattern;
    this.hostKey = form.hostKey;
    this.take(form.place);
  }

  get id(): string | undefined {
    return this.before?.id;
  }
  /** Git and upload addresses hold no vault, and Git nothing that is encrypted. */
  get choices(): readonly ('files' | 'sealed' | 'vault')[] {
    if (this.kind === 'git') return ['files'];
    return this.kind === 'upload' ? ['files', 'sealed'] : ['files', 'sealed', 'vault'];
  }
  get hasHostKey(): boolean {
    return this.kind === 'sftp' || (this.kind === 'git' && this.gitWay === 'ssh');
  }
  keeps(secret: 'access' | 'encryption' | 'vault'): boolean {
    const place = this.before?.[secret];
    return place !== undefined && place !== 'missing' && place !== 'notNeeded';
  }
  chooses(id: string): void {
    this.instances = this.instances.includes(id)
      ? this.instances.filter((one) => one !== id)
      : [...this.instances, id];
  }
  choose(kind: Kind): void {
    this.kind = kind;
    if (!this.choices.includes(this.as)) this.as = 'files';
  }

  form(): TargetForm {
    const recipients = this.recipients.split(/\s+/u).filter((one) => one !== '');
    return {
      ...(this.before ? { id: this.before.id } : {}),
      name: this.name.trim() === '' ? kindWord[this.kind]() : this.name,
      on: this.on,
      ...(this.some ? { instances: this.instances } : {}),
      place: this.place(),
      vault: this.as === 'vault',
      pattern: this.pattern,
      encryption:
        this.as !== 'sealed'
          ? { type: 'plain' }
          : recipients.length > 0
            ? { type: 'recipients', recipients }
            : { type: 'passphrase' },
      ...(this.hasHostKey && this.hostKey ? { hostKey: this.hostKey } : {}),
    };
  }

  secrets(): TargetSecrets {
    return {
      ...(this.access === '' ? {} : { access: this.access }),
      ...(this.encryption === '' || this.as !== 'sealed' ? {} : { encryption: this.encryption }),
      ...(this.vaultPassword === '' || this.as !== 'vault' ? {} : { vault: this.vaultPassword }),
    };
  }

  private way(): SshWay {
    return this.ssh === 'key' ? { type: 'key', file: this.keyFile } : { type: this.ssh };
  }

  private takeWay(way: SshWay): void {
    this.ssh = way.type;
    if (way.type === 'key') this.keyFile = way.file;
  }

  private take(place: TargetPlace): void {
    if ('caFile' in place) this.caFile = place.caFile ?? '';
    if ('prefix' in place) this.prefix = place.prefix;
    switch (place.type) {
      case 'folder':
        this.path = place.path;
        return;
      case 'sftp':
        this.host = place.host;
        this.port = String(place.port);
        this.user = place.user;
        this.folder = place.folder;
        this.takeWay(place.signIn);
        return;
      case 'git':
        this.address = place.address;
        this.branch = place.branch;
        this.gitFolder = place.folder;
        this.gitWay = place.signIn.type;
        if (place.signIn.type === 'token') this.user = place.signIn.user;
        if (place.signIn.type === 'ssh') this.takeWay(place.signIn.way);
        this.author = place.author;
        this.email = place.email;
        this.tags = place.tags ?? '';
        this.join = place.join;
        this.unpacked = place.unpacked;
        return;
      case 's3':
        this.address = place.endpoint;
        this.region = place.region;
        this.bucket = place.bucket;
        this.user = place.accessKey;
        this.pathStyle = place.pathStyle;
        return;
      case 'swift':
        this.address = place.address;
        this.tokenFirst = place.tokenFirst;
        this.user = place.user;
        this.bucket = place.container;
        this.makeContainer = place.makeContainer;
        return;
      case 'upload':
        this.reads = place.reads;
    }
  }

  private place(): TargetPlace {
    const ca = this.caFile.trim() === '' ? {} : { caFile: this.caFile.trim() };
    const { address, user, prefix } = this;
    switch (this.kind) {
      case 'folder':
        return { type: 'folder', path: this.path };
      case 'sftp':
        return {
          type: 'sftp',
          host: this.host,
          // What is no port leads nowhere, and the check says so.
          port: /^\d{1,5}$/u.test(this.port) ? Math.min(Number(this.port), 65535) : 22,
          user,
          folder: this.folder,
          signIn: this.way(),
        };
      case 'git':
        return {
          type: 'git',
          address,
          branch: this.branch,
          folder: this.gitFolder,
          signIn:
            this.gitWay === 'token'
              ? { type: 'token', user }
              : this.gitWay === 'ssh'
                ? { type: 'ssh', way: this.way() }
                : { type: 'nothing' },
          author: this.author,
          email: this.email,
          ...(this.tags.trim() === '' ? {} : { tags: this.tags.trim() }),
          join: this.join,
          unpacked: this.unpacked,
          ...ca,
        };
      case 's3':
        return {
          type: 's3',
          endpoint: address,
          region: this.region,
          bucket: this.bucket,
          prefix,
          accessKey: user,
          pathStyle: this.pathStyle,
          ...ca,
        };
      case 'swift':
        return {
          type: 'swift',
          address,
          tokenFirst: this.tokenFirst,
          user,
          container: this.bucket,
          prefix,
          makeContainer: this.makeContainer,
          ...ca,
        };
      case 'upload':
        return { type: 'upload', prefix, reads: this.reads, ...ca };
    }
  }
}
