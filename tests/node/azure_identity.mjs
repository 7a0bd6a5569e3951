// @azure/identity, unmodified, for people: by the browser that it opens, and by the device code.

import assert from 'node:assert/strict';

import { DeviceCodeCredential, InteractiveBrowserCredential } from '@azure/identity';

import { tell, tenant, url } from './support.mjs';

const [clientId] = process.argv.slice(2);
const there = { authorityHost: url, disableInstanceDiscovery: true };
const scope = 'https://graph.microsoft.com/User.Read';

async function whoIs({ token }) {
  const me = await fetch(`${url}/v1.0/me`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(me.status, 200);
  return (await me.json()).userPrincipalName;
}

// It opens a browser: the test gives it one that only tells the address.
const browser = new InteractiveBrowserCredential({ ...there, tenantId: tenant, clientId });
tell({ signedIn: await whoIs(await browser.getToken(scope)) });

const device = new DeviceCodeCredential({
  ...there, tenantId: tenant, clientId, userPromptCallback: ({ verificationUri, userCode }) => {
    tell({ open: verificationUri, type: userCode });
  },
});
tell({ signedIn: await whoIs(await device.getToken(scope)) });
