"""What one node ends, the other refuses at its next request (sign-in contract 4; 15, no. 19)."""

import pytest

from support.applications import Listener, Registered
from support.graph import Graph
from support.pages import Visitor
from support.server import Installation


@pytest.fixture(scope="module")
def nodes(postgres, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nodes")
    first = Installation.make(folder / "one", postgres.database())
    servers = [first.serve(), first.node(folder / "two").serve()]
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def here(nodes):
    graph = Graph(nodes[0])
    graph.enable_passes()
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def there(nodes):
    graph = Graph(nodes[1])
    yield graph
    graph.close()


def delete(there, user):
    for found in there.passes_of(user):
        there.delete(f"/users/{user}/authentication/temporaryAccessPassMethods/{found['id']}")


#: What the other node does, what the refresh token then gives, and whether the browser stays signed in.
ENDS = {
    "deleted": (delete, 130507, False),
    "replaced": (lambda there, user: there.add_pass(user), 130507, False),
    "revoked": (lambda there, user: there.post(f"/users/{user}/revokeSignInSessions", None, expect=200), 50173, False),
    "blocked": (lambda there, user: there.enable_passes(state="disabled"), 130502, True),
    "disabled": (lambda there, user: there.patch(f"/users/{user}", {"accountEnabled": False}), 50057, False),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_one_node_ends_ends_on_the_other(nodes, here, there, how):
    act, number, stays = ENDS[how]
    here.enable_passes()
    listener = Listener()
    application = Registered(nodes[0], here, publicClient={"redirectUris": [listener.url]})
    user = here.add_user()
    code = here.add_pass(user["id"])["temporaryAccessPass"]
    with Visitor(nodes[0]) as visitor:
        visitor.sign_in_with_pass(user["userPrincipalName"], code)
        visitor.open(application.request(listener.url, scope="openid offline_access User.Read"))
        tokens = application.redeem(listener.url, listener.answer()["code"]).json()

        def refresh(token):
            with nodes[0].client() as client:
                return client.post(f"/{nodes[0].installation.tenant}/oauth2/v2.0/token", data={
                    "grant_type": "refresh_token", "client_id": application.client_id, "refresh_token": token})

        tokens = refresh(tokens["refresh_token"]).json()
        assert visitor.signed_in and "access_token" in tokens
        act(there, user["id"])
        refused = refresh(tokens["refresh_token"])
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [number]), refused.text
        assert visitor.signed_in == stays
        with nodes[0].client() as client:
            me = client.get("/v1.0/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        assert me.status_code == (200 if stays else 401)
    listener.close()
