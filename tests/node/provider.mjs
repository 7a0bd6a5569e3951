// oidc-provider, unmodified: the sign-in of an organization, where any name with any password gets in.

import http from 'node:http';

import { Provider } from 'oidc-provider';

import { tell } from './support.mjs';

const { REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, DOMAIN, CLIENT_SECRET: secret } = process.env;
const server = http.createServer();
await new Promise((resolve) => { server.listen(0, 'localhost', resolve); });
const issuer = `http://localhost:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'latchkey', client_secret: secret, redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [POST_LOGOUT_REDIRECT_URI],
    grant_types: ['authorization_code'], response_types: ['code'],
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'] },
  // Signed in at the provider is allowed by the organization: nobody is asked.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id.includes('@') ? id : `${id}@${DOMAIN}`, name: id }),
  }),
});
server.on('request', provider.callback());
tell({ issuer });
