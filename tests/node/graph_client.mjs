// @microsoft/microsoft-graph-client with @azure/identity, unmodified: what administrators' scripts do.

import assert from 'node:assert/strict';

import { ClientSecretCredential } from '@azure/identity';
import { Client, GraphError, PageIterator } from '@microsoft/microsoft-graph-client';

import { clientId, clientSecret, tell, tenant, url } from './support.mjs';

const PEOPLE = Number(process.env.PEOPLE);

const credential = new ClientSecretCredential(tenant, clientId, clientSecret, {
  authorityHost: url, disableInstanceDiscovery: true,
});
const client = (defaultVersion) => Client.initWithMiddleware({
  baseUrl: url,
  customHosts: new Set(['localhost']),
  defaultVersion,
  authProvider: {
    getAccessToken: async () => (await credential.getToken('https://graph.microsoft.com/.default')).token,
  },
});
const graph = client('v1.0');

const person = (number) => ({
  accountEnabled: true,
  displayName: `Script ${number}`,
  mailNickname: `script${number}`,
  userPrincipalName: `script${number}@example.com`,
  passwordProfile: { password: `Tr0ub4dor ${number} & more`, forceChangePasswordNextSignIn: false },
});

async function users() {
  const headers = { 'Content-Type': 'application/json' };
  for (let first = 0; first < PEOPLE; first += 20) {
    const requests = Array.from({ length: Math.min(20, PEOPLE - first) }, (_, place) => ({
      id: String(place), method: 'POST', url: '/users', headers, body: person(first + place),
    }));
    const { responses } = await graph.api('/$batch').post({ requests });
    assert.deepEqual(new Set(responses.map((one) => one.status)), new Set([201]));
  }
  const page = await graph.api('/users')
    .filter("startsWith(userPrincipalName,'script')").select('id,userPrincipalName').top(99).get();
  const seen = new Set();
  let twice = 0;
  const pages = new PageIterator(graph, page, (user) => {
    twice += seen.has(user.id) ? 1 : 0;
    seen.add(user.id);
    return true;
  });
  await pages.iterate();
  assert.deepEqual([seen.size, twice], [PEOPLE, 0]);
  const some = await graph.api('/users').header('ConsistencyLevel', 'eventual').count(true)
    .search('"displayName:script 1"').top(1).get();
  assert.ok(some['@odata.count'] >= 1 && some.value.length === 1);
  await graph.api('/users/script1@example.com').update({ department: 'Sales' });
  const changed = await graph.api('/users/script1@example.com').select(['department', 'id']).get();
  assert.equal(changed.department, 'Sales');
  return changed.id;
}

async function groupsAndRoles(user) {
  const group = await graph.api('/groups').post({
    displayName: 'By script', mailEnabled: false, securityEnabled: true, mailNickname: 'byscript',
  });
  await graph.api(`/groups/${group.id}/members/$ref`).post({ '@odata.id': `${url}/v1.0/directoryObjects/${user}` });
  const members = await graph.api(`/groups/${group.id}/members`).get();
  assert.deepEqual(members.value.map((one) => one.id), [user]);
  await graph.api(`/groups/${group.id}/members/${user}/$ref`).delete();
  await graph.api(`/groups/${group.id}`).delete();

  const roles = await graph.api('/roleManagement/directory/roleDefinitions').get();
  const reader = roles.value.find((role) => role.displayName === 'Global Reader');
  const assignment = await graph.api('/roleManagement/directory/roleAssignments')
    .post({ principalId: user, roleDefinitionId: reader.id, directoryScopeId: '/' });
  await graph.api(`/roleManagement/directory/roleAssignments/${assignment.id}`).delete();
}

async function passes(user) {
  const all = `/users/${user}/authentication/temporaryAccessPassMethods`;
  const made = await graph.api(all).post({ lifetimeInMinutes: 60, isUsableOnce: true });
  assert.match(made.temporaryAccessPass, /^[A-Za-z0-9]{8,}$/);
  const read = await graph.api(`${all}/${made.id}`).get();
  assert.deepEqual([read.temporaryAccessPass, read.isUsable, read.methodUsabilityReason], [null, true, 'EnabledByPolicy']);

  const later = await graph.api(all).post({ startDateTime: new Date(Date.now() + 86_400_000).toISOString() });
  assert.notEqual(later.id, made.id);
  const { value } = await graph.api(all).get();
  assert.deepEqual(value.map((one) => [one.id, one.methodUsabilityReason]), [[later.id, 'NotYetValid']]);
  await graph.api(`${all}/${later.id}`).delete();
  const gone = await graph.api(`${all}/${later.id}`).get().catch((error) => error);
  assert.ok(gone instanceof GraphError);
  assert.deepEqual([gone.statusCode, gone.code], [404, 'resourceNotFound']);
  assert.match(gone.requestId, /^[0-9a-f-]{36}$/);
}

async function policy() {
  const path = '/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass';
  const type = '#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration';
  const before = await graph.api(path).get();
  await graph.api(path).update({ '@odata.type': type, defaultLength: 12 });
  assert.equal((await graph.api(path).get()).defaultLength, 12);
  await graph.api(path).update({ '@odata.type': type, defaultLength: before.defaultLength });
}

async function batch(user) {
  const { responses } = await graph.api('/$batch').post({
    requests: [
      { id: 'pass', method: 'POST', url: `/users/${user}/authentication/temporaryAccessPassMethods`,
        headers: { 'Content-Type': 'application/json' }, body: {} },
      { id: 'list', dependsOn: ['pass'], method: 'GET', url: `/users/${user}/authentication/temporaryAccessPassMethods` },
      { id: 'nobody', method: 'GET', url: '/users/nobody@example.com' },
    ],
  });
  const by = Object.fromEntries(responses.map((one) => [one.id, one]));
  assert.deepEqual([by.pass.status, by.list.status, by.nobody.status], [201, 200, 404]);
  assert.equal(by.list.body.value[0].id, by.pass.body.id);
  assert.equal(by.nobody.body.error.code, 'Request_ResourceNotFound');
}

async function logs() {
  const audits = await graph.api('/auditLogs/directoryAudits')
    .filter("activityDisplayName eq 'Add member to role'").top(1).get();
  assert.equal(audits.value[0].category, 'RoleManagement');
  assert.ok(Array.isArray((await client('beta').api('/auditLogs/signIns').top(5).get()).value));
}

async function errors(user) {
  const refusals = [
    [() => graph.api(`/users/${user}/authentication/temporaryAccessPassMethods`).post({ lifetimeInMinutes: 9 }), 400, 'badRequest'],
    [() => graph.api('/users').filter("hair eq 'red'").get(), 400, null],
    [() => graph.api('/users').post(person(1)), 400, 'Request_BadRequest'],
    [() => graph.api('/users/script1@example.com/nonsense').get(), 400, null],
    [() => graph.api('/me').get(), 400, null],
  ];
  for (const [request, status, code] of refusals) {
    const error = await request().then(() => null, (reason) => reason);
    assert.ok(error instanceof GraphError, `expected ${status} ${code}`);
    assert.equal(error.statusCode, status, error.message);
    if (code) assert.equal(error.code, code);
    assert.ok(error.message && error.requestId);
  }
}

const user = await users();
await groupsAndRoles(user);
await passes(user);
await policy();
await batch(user);
await logs();
await errors(user);
tell({ done: true });
