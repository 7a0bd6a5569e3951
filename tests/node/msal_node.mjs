// @azure/msal-node, unmodified: an application of its own, a person by the code flow, a person by the device code.

import assert from 'node:assert/strict';

import * as msal from '@azure/msal-node';

import { authority, clientId, clientSecret, listener, tell, url } from './support.mjs';

const knownAuthorities = [new URL(url).host];

async function application() {
  const app = new msal.ConfidentialClientApplication({ auth: { clientId, clientSecret, authority, knownAuthorities } });
  const scopes = ['https://graph.microsoft.com/.default'];
  const first = await app.acquireTokenByClientCredential({ scopes });
  assert.ok(first.accessToken && !first.fromCache);
  assert.ok((await app.acquireTokenByClientCredential({ scopes })).fromCache);
  const wrong = new msal.ConfidentialClientApplication({
    auth: { clientId, clientSecret: 'wrong', authority, knownAuthorities },
  });
  const refused = await wrong.acquireTokenByClientCredential({ scopes }).catch((error) => error);
  assert.equal(refused.errorCode, 'invalid_client');
  assert.match(refused.errorMessage, /7000215/);
}

async function byCode(publicId) {
  const app = new msal.PublicClientApplication({ auth: { clientId: publicId, authority, knownAuthorities } });
  const { verifier, challenge } = await new msal.CryptoProvider().generatePkceCodes();
  const place = await listener();
  const request = {
    scopes: ['User.Read'], redirectUri: place.url.replace('/callback', ''), codeChallenge: challenge,
    codeChallengeMethod: 'S256', state: 'a state', nonce: 'a nonce',
  };
  tell({ open: await app.getAuthCodeUrl(request) });
  const answer = Object.fromEntries((await place.answer).searchParams);
  const result = await app.acquireTokenByCode(
    { scopes: request.scopes, redirectUri: request.redirectUri, code: answer.code, codeVerifier: verifier, state: 'a state' },
    { ...answer, nonce: request.nonce },
  );
  assert.match(result.account.homeAccountId, /^[0-9a-f-]{36}\.[0-9a-f-]{36}$/);
  const silent = await app.acquireTokenSilent({ account: result.account, scopes: ['User.Read'], forceRefresh: true });
  assert.notEqual(silent.accessToken, result.accessToken);
  const me = await fetch(`${url}/v1.0/me`, { headers: { Authorization: `Bearer ${silent.accessToken}` } });
  return (await me.json()).userPrincipalName;
}

async function byDevice(publicId) {
  const app = new msal.PublicClientApplication({ auth: { clientId: publicId, authority, knownAuthorities } });
  const result = await app.acquireTokenByDeviceCode({
    scopes: ['User.Read'],
    deviceCodeCallback: (code) => tell({ open: code.verificationUri, type: code.userCode }),
  });
  return result.account.username;
}

const [publicId] = process.argv.slice(2);
await application();
tell({ signedIn: await byCode(publicId) });
tell({ signedIn: await byDevice(publicId) });
