// What the scripts of this folder share: where the server is, a place for answers, and a line of JSON for the test.

import http from 'node:http';

export const { LATCHKEY_URL: url, TENANT: tenant, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env;
export const authority = `${url}/${tenant}`;

/** Tells the test what to do next, or what came of it. */
export const tell = (message) => console.log(JSON.stringify(message));

/** A loopback address where one answer of the authorization endpoint arrives: `url`, and `answer` with its parameters. */
export async function listener() {
  let arrived;
  const answer = new Promise((resolve) => { arrived = resolve; });
  const server = http.createServer((request, response) => {
    response.end('<!doctype html><title>Done</title><h1>Done</h1>');
    arrived(new URL(request.url, `http://${request.headers.host}`));
    server.close();
    server.closeIdleConnections();
  });
  await new Promise((resolve) => { server.listen(0, 'localhost', resolve); });
  return { url: `http://localhost:${server.address().port}/callback`, answer };
}
