/** Words for instances: stages of a test, sign-in, where a secret lies. */
import type { InstanceForm } from '$lib/backend/generated/InstanceForm';
import type { SecretPlace } from '$lib/backend/generated/SecretPlace';
import type { SignInKind } from '$lib/backend/generated/SignInKind';
import type { StageName } from '$lib/backend/generated/StageName';
import type { StageState } from '$lib/backend/generated/StageState';
import type { TestStage } from '$lib/backend/generated/TestStage';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

export const stageWord: Record<StageName, () => string> = {
  address: m.instances_stage_address,
  tls: m.instances_stage_tls,
  signIn: m.instances_stage_sign_in,
  instanceName: m.instances_stage_instance_name,
  rights: m.instances_stage_rights,
  oneRead: m.instances_stage_one_read,
};
/** What a stage will look at, while it waits. */
export const stageAim: Record<StageName, () => string> = {
  address: m.instances_aim_address,
  tls: m.instances_aim_tls,
  signIn: m.instances_aim_sign_in,
  instanceName: m.instances_aim_instance_name,
  rights: m.instances_aim_rights,
  oneRead: m.instances_aim_one_read,
};
export const stageMark: Record<StageState, { icon: IconName; tone: string; label: () => string }> =
  {
    waiting: { icon: 's-waiting', tone: 'skipped', label: m.instances_stage_waiting },
    running: { icon: 's-running', tone: 'running', label: m.instances_stage_running },
    passed: { icon: 's-ok', tone: 'ok', label: m.instances_stage_passed },
    failed: { icon: 's-failed', tone: 'blocking', label: m.instances_stage_failed },
    skipped: { icon: 's-skipped', tone: 'skipped', label: m.instances_stage_skipped },
  };
export const signInWord: Record<SignInKind, () => string> = {
  clientCredentials: m.instances_client_credentials,
  authorizationCode: m.sign_in_browser_word,
  jwtAssertion: m.sign_in_assertion_word,
  password: m.sign_in_password_word,
  basic: m.instances_basic,
};
export const signInHint: Record<SignInKind, () => string> = {
  clientCredentials: m.instances_client_credentials_hint,
  authorizationCode: m.sign_in_browser_hint,
  jwtAssertion: m.sign_in_assertion_hint,
  password: m.sign_in_password_hint,
  basic: m.instances_basic_hint,
};
/** The field that is missing when the application has no secret. */
export const missingField: Record<SignInKind, string> = {
  clientCredentials: 'clientSecret',
  authorizationCode: 'signIn',
  jwtAssertion: 'keyFile',
  password: 'password',
  basic: 'password',
};
export const secretWord: Record<SecretPlace, () => string> = {
  keychain: m.instances_secret_keychain,
  encryptedFile: m.instances_secret_file,
  session: m.instances_secret_session,
  missing: m.instances_secret_missing,
  notNeeded: m.instances_secret_not_needed,
};

/** The failed stage as text for somebody who may change the instance; it holds no secret. */
export function forAdministrator(form: InstanceForm, stage: TestStage): string {
  const lines = [
    m.instances_copy_head({ name: form.name, address: form.address }),
    form.instanceName ? m.instances_copy_instance({ instance: form.instanceName }) : undefined,
    'clientId' in form.signIn
      ? m.instances_copy_client({ client: form.signIn.clientId, domain: form.signIn.tokenUrl })
      : undefined,
    'user' in form.signIn ? m.instances_copy_user({ user: form.signIn.user }) : undefined,
    form.signIn.type === 'authorizationCode'
      ? m.sign_in_copy_redirect({ port: String(form.signIn.redirectPort) })
      : undefined,
    m.instances_copy_stage({ stage: stageWord[stage.stage](), detail: stage.detail }),
    stage.remedy ? m.instances_copy_remedy({ remedy: stage.remedy }) : undefined,
    stage.exchange
      ? `${stage.exchange.method} ${stage.exchange.path} ${stage.exchange.status ?? ''}\n${stage.exchange.body}`
      : undefined,
    stage.exchange?.requestId
      ? `${m.exchange_request_id()} ${stage.exchange.requestId}`
      : undefined,
  ];
  return lines.filter(Boolean).join('\n');
}
