// openid-client, unmodified: registers itself as a web application through Graph, signs a person in, and out.

import assert from 'node:assert/strict';

import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import * as oidc from 'openid-client';

import { authority, clientId, clientSecret, listener, tell, tenant, url } from './support.mjs';

const credential = new ClientSecretCredential(tenant, clientId, clientSecret, {
  authorityHost: url, disableInstanceDiscovery: true,
});
const graph = Client.initWithMiddleware({
  baseUrl: url, customHosts: new Set(['localhost']),
  authProvider: { getAccessToken: async () => (await credential.getToken('https://graph.microsoft.com/.default')).token },
});

const place = await listener();
const registered = await graph.api('/applications').post({
  displayName: 'Shop', web: { redirectUris: [place.url] }, signInAudience: 'AzureADMyOrg',
});
await graph.api('/servicePrincipals').post({ appId: registered.appId });
const { secretText } = await graph.api(`/applications/${registered.id}/addPassword`)
  .post({ passwordCredential: { displayName: 'test' } });

const issuer = new URL(`${authority}/v2.0`);
const config = await oidc.discovery(issuer, registered.appId, secretText);
const verifier = oidc.randomPKCECodeVerifier();
const parameters = {
  redirect_uri: place.url,
  scope: 'openid profile email offline_access',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state: oidc.randomState(),
  nonce: oidc.randomNonce(),
};
tell({ open: oidc.buildAuthorizationUrl(config, parameters).href });
const answer = await place.answer;
const checks = { pkceCodeVerifier: verifier, expectedState: parameters.state, expectedNonce: parameters.nonce };
const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
const claims = tokens.claims();
assert.equal(claims.iss, issuer.href);

// The code works once; who tries it again ends what came from it.
const again = await oidc.authorizationCodeGrant(config, answer, checks).catch((error) => error);
assert.equal(again.error, 'invalid_grant');
const ended = await oidc.refreshTokenGrant(config, tokens.refresh_token).catch((error) => error);
assert.equal(ended.error, 'invalid_grant');

// Once more, by the session that is there.
const second = await listener();
await graph.api(`/applications/${registered.id}`).update({ web: { redirectUris: [place.url, second.url] } });
tell({ open: oidc.buildAuthorizationUrl(config, { ...parameters, redirect_uri: second.url }).href });
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
const fresh = await oidc.authorizationCodeGrant(config, await second.answer, checks, undefined, { DPoP });
assert.equal(fresh.token_type, 'dpop');
const info = await oidc.fetchUserInfo(config, fresh.access_token, fresh.claims().sub, { DPoP });
assert.equal(info.sub, claims.sub);
const me = new URL(`${url}/v1.0/me`);
const bare = await oidc.fetchProtectedResource(config, fresh.access_token, me, 'GET').catch((error) => error);
assert.equal(bare.status ?? bare.cause?.status ?? bare.response?.status, 401);
const renewed = await oidc.refreshTokenGrant(config, fresh.refresh_token, undefined, { DPoP });
assert.ok(renewed.refresh_token && renewed.refresh_token !== fresh.refresh_token);
assert.equal((await oidc.tokenIntrospection(config, renewed.refresh_token)).active, true);
await oidc.tokenRevocation(config, renewed.refresh_token);
assert.equal((await oidc.tokenIntrospection(config, renewed.refresh_token)).active, false);

// The same by Basic authentication, whose parts this library percent-encodes.
const basic = await oidc.discovery(issuer, registered.appId, undefined, oidc.ClientSecretBasic(secretText));
const refused = await oidc.refreshTokenGrant(basic, renewed.refresh_token).catch((error) => error);
assert.equal(refused.error, 'invalid_grant');

tell({
  signedIn: claims.preferred_username,
  out: oidc.buildEndSessionUrl(config, { id_token_hint: fresh.id_token, post_logout_redirect_uri: place.url }).href,
});
