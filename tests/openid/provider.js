// A real OpenID provider on loopback, for the tests of signing in. Beside the provider stands a piece
// of the API that its tokens open, so that a token can be seen to work.
//
// Takes its settings as JSON in the first argument and prints one line of JSON when it is ready.
import { createHash, X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';

import { importX509, jwtVerify, decodeProtectedHeader } from 'jose';
import { Provider, errors } from 'oidc-provider';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const settings = JSON.parse(process.argv[2] ?? '{}');
const { port = 0, redirect, scope, certificate, tokenLife = 3600 } = settings;

const browser = {
  redirect_uris: [redirect],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
};
const clients = [
  { ...browser, client_id: 'confidential', client_secret: 'canary-client-secret' },
  {
    ...browser,
    client_id: 'public',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
  },
  {
    client_id: 'asserting',
    client_secret: 'canary-client-secret',
    grant_types: [JWT_BEARER],
    redirect_uris: [],
    response_types: [],
  },
];

const server = createServer();
await new Promise((done) => server.listen(port, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  scopes: ['openid', 'offline_access', scope],
  pkce: { required: () => true, methods: ['S256'] },
  rotateRefreshToken: true,
  // As an identity domain does; OpenID Connect would want a prompt for consent as well.
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  features: {
    // Its own pages fetch fonts from the network.
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: false },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ['of the tests alone'] },
  ttl: {
    AccessToken: tokenLife,
    AuthorizationCode: 60,
    Grant: 86400,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 86400,
    Session: 86400,
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});

// RFC 7523, as an identity domain checks it: the certificate is named by `kid` or `x5t`.
provider.registerGrantType(
  JWT_BEARER,
  async (ctx, next) => {
    const { assertion } = ctx.oidc.params;
    const { client } = ctx.oidc;
    const refuse = (words) => new errors.CustomOIDCProviderError('invalid_grant', words);
    let header;
    try {
      header = decodeProtectedHeader(assertion);
    } catch {
      throw refuse('the assertion is not a JWT');
    }
    const known = new X509Certificate(certificate);
    const x5t = createHash('sha1').update(known.raw).digest('base64url');
    if (header.kid !== 'waybill-key' && header.x5t !== x5t) {
      throw refuse('no certificate has this kid or x5t');
    }
    let claims;
    try {
      const key = await importX509(certificate, 'RS256');
      const verified = await jwtVerify(assertion, key, {
        algorithms: ['RS256'],
        audience: 'https://identity.oraclecloud.com/',
        issuer: client.clientId,
        maxTokenAge: '10 minutes',
        requiredClaims: ['sub', 'exp', 'iat', 'jti'],
      });
      claims = verified.payload;
    } catch (error) {
      throw refuse(`signature or claims: ${error.message}`);
    }
    if (claims.sub === 'nobody') {
      throw refuse('the user is not known');
    }
    const grant = new provider.Grant({ accountId: claims.sub, clientId: client.clientId });
    grant.addOIDCScope(ctx.oidc.params.scope);
    const token = new provider.AccessToken({
      accountId: claims.sub,
      client,
      grantId: await grant.save(),
      gty: 'jwt_bearer',
      scope: ctx.oidc.params.scope,
    });
    ctx.body = {
      access_token: await token.save(),
      expires_in: token.expiration,
      scope: token.scope,
      token_type: 'Bearer',
    };
    await next();
  },
  ['assertion', 'scope'],
);

// What was asked for, for the tests to look at: never what was given.
const seen = { authorizations: [], tokens: 0, refreshes: 0 };
provider.use(async (ctx, next) => {
  if (ctx.path === '/auth' && ctx.query.client_id) {
    const { scope: asked, code_challenge_method: method } = ctx.query;
    seen.authorizations.push({ scope: asked, method });
  }
  await next();
  if (ctx.path === '/token' && ctx.status === 200) {
    seen.tokens += 1;
    if (ctx.oidc?.params?.grant_type === 'refresh_token') seen.refreshes += 1;
  }
});

const answer = (response, status, body) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const api = async (request, response) => {
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const found = token ? await provider.AccessToken.find(token) : undefined;
  if (!found?.isValid || !found.scope?.split(' ').includes(scope)) {
    answer(response, 401, { status: 'HTTP 401 Unauthorized', title: 'Unauthorized' });
    return;
  }
  answer(response, 200, { hasMore: false, items: [], limit: 100, links: [], totalResults: 0 });
};

const page = (title, form) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><form method="post">${form}</form></html>`;

// The pages for people: who they are, then whether they agree.
const interaction = async (request, response) => {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      prompt.name === 'login'
        ? page(
            'Sign in',
            '<label>User <input name="user"></label><label>Password <input name="password" type="password"></label><button id="go">Sign in</button>',
          )
        : page(
            'Agree',
            '<button id="agree" name="answer" value="yes">Agree</button><button id="refuse" name="answer" value="no">Refuse</button>',
          ),
    );
    return;
  }
  let body = '';
  for await (const piece of request) body += piece;
  const form = new URLSearchParams(body);
  if (prompt.name === 'login') {
    if (form.get('password') !== 'canary-password') throw new Error('wrong password');
    const login = { accountId: form.get('user') };
    await provider.interactionFinished(request, response, { login });
  } else if (form.get('answer') === 'no') {
    const refusal = { error: 'access_denied', error_description: 'The person refused' };
    await provider.interactionFinished(request, response, refusal);
  } else {
    const grant = new provider.Grant({
      accountId: session.accountId,
      clientId: params.client_id,
    });
    grant.addOIDCScope(params.scope);
    const consent = { grantId: await grant.save() };
    const merge = { mergeWithLastSubmission: true };
    await provider.interactionFinished(request, response, { consent }, merge);
  }
};

const callback = provider.callback();
server.on('request', (request, response) => {
  const path = new URL(request.url, issuer).pathname;
  if (path.startsWith('/ic/api/')) {
    api(request, response).catch(() => answer(response, 500, {}));
  } else if (path.startsWith('/interaction/')) {
    interaction(request, response).catch((error) => answer(response, 400, { error: error.message }));
  } else if (path === '/seen') {
    answer(response, 200, seen);
  } else {
    callback(request, response);
  }
});

process.stdin.on('end', () => process.exit(0)).resume();
console.log(JSON.stringify({ issuer }));
