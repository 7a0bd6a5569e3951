"""What changed since a client last asked: `users/delta` and `groups/delta` (graph contract 7.5); `Prefer` and
`If-Match` (1.2, 2); members and managers given at once (7.3, 8.1); certificates of applications."""

import base64
import datetime
import urllib.parse

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.graph import PASSWORD, assert_error, passes


@pytest.fixture
def graph(shared_site):
    return shared_site.graph


def round_of(graph, link):
    """All items of a round, page by page, and the link for the next one."""
    items = []
    while True:
        answer = graph.client.get(link)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["value"]
        assert ("@odata.nextLink" in page) != ("@odata.deltaLink" in page)
        if "@odata.deltaLink" in page:
            return items, page["@odata.deltaLink"]
        link = page["@odata.nextLink"]


def test_users_are_told_of_from_round_to_round(graph):
    user = graph.add_user()
    items, link = round_of(graph, "/v1.0/users/delta?$select=displayName,jobTitle")
    [found] = [item for item in items if item["id"] == user["id"]]
    assert found == {"id": user["id"], "displayName": user["displayName"], "jobTitle": None}
    assert len({item["id"] for item in items}) == len(items)
    assert round_of(graph, link)[0] == []

    graph.patch(f"/users/{user['id']}", {"jobTitle": "Analyst"})
    other = graph.add_user()
    items, second = round_of(graph, link)
    assert {item["id"]: item["jobTitle"] for item in items} == {user["id"]: "Analyst", other["id"]: None}
    assert round_of(graph, second)[0] == []

    graph.delete(f"/users/{user['id']}")
    items, third = round_of(graph, second)
    assert items == [{"id": user["id"], "@removed": {"reason": "changed"}}]
    graph.post(f"/directory/deletedItems/{user['id']}/restore", None, expect=200)
    items, fourth = round_of(graph, third)
    assert [(item["id"], item["jobTitle"]) for item in items] == [(user["id"], "Analyst")]
    graph.delete(f"/users/{user['id']}")
    graph.delete(f"/directory/deletedItems/{user['id']}")
    items, _ = round_of(graph, fourth)
    assert items == [{"id": user["id"], "@removed": {"reason": "deleted"}}]
    # An old link still works, and tells how things are now.
    items, _ = round_of(graph, link)
    assert {item["id"]: "@removed" in item for item in items} == {user["id"]: True, other["id"]: False}


def test_what_is_no_change_of_the_account_is_not_told(graph):
    user = graph.add_user()
    _, link = round_of(graph, "/v1.0/users/delta?$deltatoken=latest")
    with graph.policy(state="enabled"):
        graph.add_pass(user["id"])
    assert round_of(graph, link)[0] == []


def test_the_latest_link_and_a_filter(graph):
    users = [graph.add_user() for _ in range(3)]
    page = graph.get("/users/delta()?$deltatoken=latest&$select=displayName")
    assert page["value"] == []
    wanted = " or ".join(f"id eq '{user['id']}'" for user in users[:2])
    items, link = round_of(graph, f"/v1.0/users/delta?$filter={urllib.parse.quote(wanted)}")
    assert {item["id"] for item in items} == {user["id"] for user in users[:2]}
    for user in users:
        graph.patch(f"/users/{user['id']}", {"city": "Paris"})
    items, _ = round_of(graph, link)
    assert {item["id"] for item in items} == {user["id"] for user in users[:2]}
    items, _ = round_of(graph, page["@odata.deltaLink"])
    assert {item["id"] for item in items} == {user["id"] for user in users}


def test_groups_with_their_members(graph):
    group, user, other = graph.add_group(), graph.add_user(), graph.add_user()
    graph.add_member(group["id"], user["id"])
    items, link = round_of(graph, "/v1.0/groups/delta?$select=displayName,members")
    [found] = [item for item in items if item["id"] == group["id"]]
    member = {"@odata.type": "#microsoft.graph.user", "id": user["id"]}
    assert found == {"id": group["id"], "displayName": group["displayName"], "members@delta": [member]}

    graph.add_member(group["id"], other["id"])
    graph.delete(f"/groups/{group['id']}/members/{user['id']}/$ref")
    items, link = round_of(graph, link)
    [found] = items
    assert sorted(found["members@delta"], key=lambda one: one["id"]) == sorted(
        [{**member, "id": other["id"]}, {**member, "@removed": {"reason": "deleted"}}], key=lambda one: one["id"])
    graph.patch(f"/groups/{group['id']}", {"description": "For tests"})
    items, link = round_of(graph, link)
    assert items == [{"id": group["id"], "displayName": group["displayName"]}]
    graph.delete(f"/groups/{group['id']}")
    assert round_of(graph, link)[0] == [{"id": group["id"], "@removed": {"reason": "deleted"}}]


def test_a_round_survives_a_restart(site):
    user = site.graph.add_user()
    _, link = round_of(site.graph, "/v1.0/users/delta?$deltatoken=latest")
    site.graph.patch(f"/users/{user['id']}", {"city": "Paris"})
    token = urllib.parse.urlsplit(link).query
    site.server.stop()
    site.server = site.installation.serve()
    site.graph.close()
    site._graph = None
    items, _ = round_of(site.graph, f"/v1.0/users/delta?{token}")
    assert [item["id"] for item in items] == [user["id"]]


@pytest.mark.parametrize("query,code", [
    ("$top=5", "Request_UnsupportedQuery"), ("$orderby=displayName", "Request_UnsupportedQuery"),
    ("$search=\"displayName:a\"", "Request_UnsupportedQuery"), ("$expand=manager", "Request_UnsupportedQuery"),
    ("$filter=city eq 'Paris'", "Request_UnsupportedQuery"), ("$select=nonsense", "BadRequest"),
    ("$deltatoken=xyz", "Directory_ExpiredPageToken"), ("$skiptoken=xyz", "Directory_ExpiredPageToken")])
def test_what_delta_does_not_have(graph, query, code):
    for resource in ("users", "groups"):
        if resource == "groups" and "city" in query:
            continue
        assert_error(graph.request("GET", f"/{resource}/delta?{query}"), 400, code)


def test_a_token_of_another_log_begins_anew(graph):
    token = base64.urlsafe_b64encode(b"users/delta 987654321").decode().rstrip("=")
    answer = graph.request("GET", f"/users/delta?$deltatoken={token}")
    assert_error(answer, 410, "syncStateNotFound")
    assert answer.headers["location"] == f"{graph.server.url}/v1.0/users/delta"


# --- Prefer, If-Match ---


def body_of_user(name):
    return {"accountEnabled": True, "displayName": name, "mailNickname": name,
            "userPrincipalName": f"{name}@example.com", "passwordProfile": {"password": PASSWORD}}


def test_who_prefers_less_gets_no_body(graph):
    answer = graph.request("POST", "/users", json=body_of_user("minimal"), headers={"Prefer": "return=minimal"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["preference-applied"] == "return=minimal"
    assert answer.headers["location"] == answer.headers["odata-entityid"]
    assert graph.client.get(answer.headers["location"]).json()["displayName"] == "minimal"
    # A code is shown once, whatever is preferred.
    with graph.policy(state="enabled"):
        answer = graph.request("POST", passes("minimal@example.com"), json={}, headers={"Prefer": "return=minimal"})
    assert answer.status_code == 201
    assert answer.json()["temporaryAccessPass"]
    assert "preference-applied" not in answer.headers


def test_a_condition_on_a_version_never_holds(graph):
    user = graph.add_user()
    path = f"/users/{user['id']}"
    for method, body in (("PATCH", {"city": "Paris"}), ("DELETE", None)):
        answer = graph.request(method, path, json=body, headers={"If-Match": 'W/"7"'})
        assert_error(answer, 412, "preconditionFailed")
    assert graph.get(f"{path}?$select=city")["city"] is None
    answer = graph.request("PATCH", path, json={"city": "Paris"}, headers={"If-Match": "*"})
    assert answer.status_code == 204


# --- References in bodies ---


def reference(graph, ident):
    return f"{graph.server.url}/v1.0/directoryObjects/{ident}"


def test_members_join_together_or_not_at_all(graph):
    group, users = graph.add_group(), [graph.add_user() for _ in range(3)]
    path, members = f"/groups/{group['id']}", [reference(graph, user["id"]) for user in users]
    graph.patch(path, {"members@odata.bind": members[:2]})
    assert {one["id"] for one in graph.listed(f"{path}/members")} == {user["id"] for user in users[:2]}
    for wrong in (members[1:], [members[2], reference(graph, "22222222-2222-2222-2222-222222222222")], members * 7):
        answer = graph.request("PATCH", path, json={"members@odata.bind": wrong, "description": "x"})
        assert answer.status_code in (400, 404)
    assert len(graph.listed(f"{path}/members")) == 2 and graph.get(path)["description"] is None
    graph.patch(path, {"members@odata.bind": members[2:], "description": "x"})
    assert len(graph.listed(f"{path}/members")) == 3 and graph.get(path)["description"] == "x"


def test_a_user_is_made_with_a_manager(graph):
    boss = graph.add_user()
    bind = {"manager@odata.bind": f"{graph.server.url}/v1.0/users/{boss['id']}"}
    user = graph.post("/users", {**body_of_user("managed"), **bind})
    assert graph.get(f"/users/{user['id']}/manager")["id"] == boss["id"]
    unknown = {"manager@odata.bind": reference(graph, "22222222-2222-2222-2222-222222222222")}
    answer = graph.request("POST", "/users", json={**body_of_user("unmanaged"), **unknown})
    assert_error(answer, 404, "Request_ResourceNotFound")
    assert graph.request("GET", "/users/unmanaged@example.com").status_code == 404


# --- Certificates ---


def certificate(days=30):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=days)).sign(key, hashes.SHA256()))
    return base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def test_certificates_are_added_kept_and_removed(graph):
    application = graph.post("/applications", {"displayName": "With a certificate"})
    path = f"/applications/{application['id']}"
    item = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate(), "displayName": "CN=app"}
    graph.patch(path, {"keyCredentials": [item]})
    [first] = graph.get(path)["keyCredentials"]
    assert (first["displayName"], first["key"], first["type"], first["usage"]) == (
        "CN=app", None, "AsymmetricX509Cert", "Verify")
    # What was read comes back as it is, beside a new one.
    graph.patch(path, {"keyCredentials": [first, {**item, "displayName": "Next"}]})
    found = graph.get(path)["keyCredentials"]
    assert [one["displayName"] for one in found] == ["CN=app", "Next"]
    assert found[0] == first
    newest = graph.get("/auditLogs/directoryAudits?$top=1")["value"][0]
    assert newest["activityDisplayName"] == "Update application – Certificates and secrets management"
    later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for wrong in ({**item, "key": "AAAA"}, {**item, "key": "no base64!"}, {**item, "usage": "Sign"},
                  {**item, "type": "Symmetric"}, {**item, "endDateTime": later}, {"displayName": "no key"},
                  {"keyId": "22222222-2222-2222-2222-222222222222"}):
        assert_error(graph.request("PATCH", path, json={"keyCredentials": [wrong]}), 400, "Request_BadRequest")
    assert len(graph.get(path)["keyCredentials"]) == 2
    graph.patch(path, {"keyCredentials": []})
    assert graph.get(path)["keyCredentials"] == []
