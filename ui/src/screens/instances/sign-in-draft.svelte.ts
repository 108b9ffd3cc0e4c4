/** How a person says that Waybill is to sign in, with the secrets on their way in. */
import type { Generation } from '$lib/backend/generated/Generation';
import type { SecretInputs } from '$lib/backend/generated/SecretInputs';
import type { SignInForm } from '$lib/backend/generated/SignInForm';
import type { SignInKind } from '$lib/backend/generated/SignInKind';
import { m } from '$lib/paraglide/messages';

/** The port of this computer that the browser comes back to, unless another is chosen. */
const usualPort = 8734;

/** What a generation accepts: OIC 3 refuses a user with a password at each call. */
export function kindsFor(generation: Generation): SignInKind[] {
  const oauth: SignInKind[] = ['clientCredentials', 'authorizationCode', 'jwtAssertion'];
  return generation === 'oic3' ? oauth : [...oauth, 'basic'];
}

export class SignInDraft {
  choice = $state<SignInKind>('clientCredentials');
  tokenUrl = $state('');
  authorizeUrl = $state('');
  clientId = $state('');
  scope = $state('');
  redirectPort = $state(String(usualPort));
  user = $state('');
  keyId = $state('');
  clientSecret = $state('');
  password = $state('');
  keyPath = $state('');
  passphrase = $state('');

  kind = $derived.by((): SignInKind => {
    const generation = this.generation();
    const fits = this.choice === 'password' || kindsFor(generation).includes(this.choice);
    return fits ? this.choice : 'clientCredentials';
  });
  form = $derived.by((): SignInForm => {
    const { tokenUrl, clientId, scope, user } = this;
    const oauth = { tokenUrl, clientId, scope };
    switch (this.kind) {
      case 'basic':
        return { type: 'basic', user };
      case 'authorizationCode':
        return {
          type: 'authorizationCode',
          ...oauth,
          ...(this.authorizeUrl.trim() ? { authorizeUrl: this.authorizeUrl.trim() } : {}),
          redirectPort: this.port ?? usualPort,
        };
      case 'jwtAssertion':
        return {
          type: 'jwtAssertion',
          ...oauth,
          user,
          ...(this.keyId.trim() ? { keyId: this.keyId.trim() } : {}),
        };
      case 'password':
        return { type: 'password', ...oauth, user };
      default:
        return { type: 'clientCredentials', ...oauth };
    }
  });
  secrets = $derived.by((): SecretInputs => {
    const { kind, clientSecret, password, keyPath, passphrase } = this;
    const withPassword = kind === 'basic' || kind === 'password';
    return {
      ...(kind !== 'basic' && clientSecret ? { clientSecret } : {}),
      ...(withPassword && password ? { password } : {}),
      ...(kind === 'jwtAssertion' && keyPath
        ? { keyFile: { path: keyPath, ...(passphrase ? { passphrase } : {}) } }
        : {}),
    };
  });
  entered = $derived(Object.keys(this.secrets).length > 0);
  port = $derived.by(() => {
    const port = Number(this.redirectPort);
    return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : undefined;
  });
  /** What is registered with the application, to the letter. */
  redirectAddress = $derived(`http://127.0.0.1:${this.port ?? usualPort}/callback`);
  /** Where the browser goes when nothing else is said. */
  derivedAuthorizeUrl = $derived.by(() => {
    const domain = this.tokenUrl.trim().replace(/\/oauth2\/v1\/token\/?$/, '');
    if (!domain) return '';
    const whole = /^https?:\/\//.test(domain) ? domain : `https://${domain}`;
    return `${whole.replace(/\/$/, '')}/oauth2/v1/authorize`;
  });

  constructor(private readonly generation: () => Generation) {}

  /** What cannot be right, before the application is asked. */
  get wrong(): Partial<Record<string, string>> {
    return this.kind === 'authorizationCode' && this.port === undefined
      ? { redirectPort: m.sign_in_port_wrong() }
      : {};
  }

  fill(form: SignInForm): void {
    this.choice = form.type;
    if ('user' in form) this.user = form.user;
    if (form.type === 'basic') return;
    this.tokenUrl = form.tokenUrl;
    this.clientId = form.clientId;
    this.scope = form.scope;
    if (form.type === 'authorizationCode') {
      this.authorizeUrl = form.authorizeUrl ?? '';
      this.redirectPort = String(form.redirectPort);
    }
    if (form.type === 'jwtAssertion') this.keyId = form.keyId ?? '';
  }
}
