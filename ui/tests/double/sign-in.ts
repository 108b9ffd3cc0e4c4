/** What the double knows of a sign-in. */
import type { InstanceView } from '../../src/lib/backend/generated/InstanceView';
import type { SignInView } from '../../src/lib/backend/generated/SignInView';
import { ago, hour } from './data';
import type { DoubleState } from './state';

export function signInOf(
  state: DoubleState,
  { signIn, needsBrowser }: Pick<InstanceView, 'signIn' | 'needsBrowser'>,
): SignInView {
  const person = signIn.type === 'authorizationCode';
  if (needsBrowser || !state.signedIn)
    return { kind: signIn.type, scopes: [], canRenew: false, refreshToken: 'none', needsBrowser };
  return {
    kind: signIn.type,
    issuedAt: ago(0.5 * hour),
    expiresAt: ago(-0.5 * hour),
    scopes: 'scope' in signIn ? [signIn.scope, ...(person ? ['offline_access'] : [])] : [],
    subject: 'user' in signIn ? signIn.user : person ? 'priya.raman@acme.com' : 'waybill',
    canRenew: true,
    refreshToken: person ? 'kept' : 'none',
    needsBrowser: false,
  };
}
