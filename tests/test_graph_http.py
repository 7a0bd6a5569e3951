"""The Graph door on the wire: what a schema can't say, and every kind of bad input (graph contract 1–6, 18).

Each answer is also held against the OpenAPI documents, see `support/contract.py`."""

import datetime
import gzip
import json
import time
import uuid
import zlib

import pytest

from support.graph import DEFAULT_POLICY, PASS_TYPE, POLICY, POLICY_TYPE, Graph, assert_error, passes

NOBODY = "22222222-2222-2222-2222-222222222222"
NOT_ALLOWED = ("Converged UserCredentialPolicy does not allow creating or updating this authentication method. "
               "AuthMethodType [TemporaryAccessPass].")
UNREADABLE = ("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
              "JSON format.")


@pytest.fixture
def graph(shared_site):
    return shared_site.graph


@pytest.fixture
def user(graph):
    return graph.add_user()


@pytest.fixture
def unchanged(graph, user):
    """The user has one pass, and after the test still the same one."""
    before = graph.add_pass(user["id"])
    yield before
    [after] = graph.passes_of(user["id"])
    # `isUsable` follows the policy of the moment.
    for key in ("id", "createdDateTime", "startDateTime", "lifetimeInMinutes", "isUsableOnce"):
        assert after[key] == before[key]


def moment(**ahead):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text):
    return datetime.datetime.fromisoformat(text)


def post(graph, user, content, **headers):
    """A POST of raw bytes to the user's passes."""
    headers = {"Content-Type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
    return graph.request("POST", passes(user["id"]), content=content, headers=headers)


# --- 1, 2: create, read, replace, delete ---


def test_an_empty_body_gives_a_pass_by_the_policys_defaults(graph, user):
    issued = graph.add_pass(user["id"])
    assert issued["lifetimeInMinutes"] == 60
    assert issued["isUsableOnce"] is False
    assert issued["isUsable"] is True
    assert issued["methodUsabilityReason"] == "EnabledByPolicy"
    assert len(issued["temporaryAccessPass"]) == 8
    assert not set(issued["temporaryAccessPass"]) & set("0Oo1lI|")
    assert parsed(issued["startDateTime"]) == parsed(issued["createdDateTime"])
    assert issued["@odata.context"] == (
        f"{graph.server.url}/v1.0/$metadata#users('{user['id']}')/authentication/temporaryAccessPassMethods/$entity")

    [listed] = graph.passes_of(user["id"])
    assert listed["id"] == issued["id"]
    assert listed["temporaryAccessPass"] is None
    assert graph.get(f"{passes(user['id'])}/{issued['id']}")["temporaryAccessPass"] is None


def test_a_post_without_a_body_is_refused(graph, unchanged, user):
    answer = graph.request("POST", passes(user["id"]), headers={"Content-Type": "application/json"})
    assert_error(answer, 400, "BadRequest", "Empty Payload. JSON content expected.")


def test_a_second_pass_replaces_the_first(graph, user):
    first = graph.add_pass(user["id"])
    second = graph.add_pass(user["id"], lifetimeInMinutes=120)
    assert second["id"] != first["id"]
    assert second["temporaryAccessPass"] != first["temporaryAccessPass"]
    assert_error(graph.request("GET", f"{passes(user['id'])}/{first['id']}"), 404, "resourceNotFound")
    assert [item["id"] for item in graph.passes_of(user["id"])] == [second["id"]]


def test_deleting_twice(graph, user):
    issued = graph.add_pass(user["id"])
    graph.delete(f"{passes(user['id'])}/{issued['id']}")
    assert_error(graph.request("DELETE", f"{passes(user['id'])}/{issued['id']}"), 404, "resourceNotFound")
    assert graph.passes_of(user["id"]) == []


def test_the_pass_of_another_user_is_not_found(graph, user, unchanged):
    other = graph.add_user()
    path = f"{passes(other['id'])}/{unchanged['id']}"
    assert_error(graph.request("GET", path), 404, "resourceNotFound")
    assert_error(graph.request("DELETE", path), 404, "resourceNotFound")


@pytest.mark.parametrize("ident", [NOBODY, "nobody@example.com", "nobody@elsewhere.example", "not a user"])
def test_an_unknown_user(graph, ident):
    path = passes(ident)
    assert_error(graph.request("GET", path), 404, "resourceNotFound")
    assert_error(graph.request("POST", path, json={}), 404, "resourceNotFound")
    assert_error(graph.request("DELETE", f"{path}/{NOBODY}"), 404, "resourceNotFound")


def test_a_deleted_user_has_no_pass_any_more(graph, user):
    graph.add_pass(user["id"])
    graph.delete(f"/users/{user['id']}")
    assert_error(graph.request("GET", passes(user["id"])), 404, "resourceNotFound")
    assert_error(graph.request("GET", f"/users/{user['id']}"), 404, "Request_ResourceNotFound")


# --- 3: lifetimes ---


@pytest.mark.parametrize("minutes", [60, 61, 1439, 1440])
def test_a_lifetime_within_the_policy(graph, user, minutes):
    assert graph.add_pass(user["id"], lifetimeInMinutes=minutes)["lifetimeInMinutes"] == minutes


@pytest.mark.parametrize("minutes", [-1, 0, 9, 10, 59, 1441, 43200, 43201, 2**31 - 1])
def test_a_lifetime_outside_the_policy(graph, user, unchanged, minutes):
    answer = graph.request("POST", passes(user["id"]), json={"lifetimeInMinutes": minutes})
    assert_error(answer, 400, "badRequest",
                 "Invalid LifetimeInMinutes specified. The valid range between 60 and 1440.")


@pytest.mark.parametrize("minutes", ["60", 60.5, True, [], {}, 2**31, 1e300])
def test_a_lifetime_that_is_no_integer(graph, user, unchanged, minutes):
    answer = graph.request("POST", passes(user["id"]), json={"lifetimeInMinutes": minutes})
    assert_error(answer, 400, "BadRequest")


def test_the_widest_policy_and_its_ends(site):
    graph = site.graph
    user = graph.add_user()
    graph.patch(POLICY, {"minimumLifetimeInMinutes": 10, "maximumLifetimeInMinutes": 43200})
    for minutes in (10, 43200):
        assert graph.add_pass(user["id"], lifetimeInMinutes=minutes)["lifetimeInMinutes"] == minutes
    for minutes in (9, 43201):
        answer = graph.request("POST", passes(user["id"]), json={"lifetimeInMinutes": minutes})
        assert_error(answer, 400, "badRequest",
                     "Invalid LifetimeInMinutes specified. The valid range between 10 and 43200.")


# --- 4: start and usability ---


def test_a_pass_that_starts_tomorrow(graph, user):
    start = moment(days=1)
    issued = graph.add_pass(user["id"], startDateTime=start)
    assert issued["isUsable"] is False
    assert issued["methodUsabilityReason"] == "NotYetValid"
    assert parsed(issued["startDateTime"]) == parsed(start)


def test_a_start_with_another_offset_is_answered_in_utc(graph, user):
    at = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=5, minutes=30))) + datetime.timedelta(days=2)
    issued = graph.add_pass(user["id"], startDateTime=at.isoformat())
    assert parsed(issued["startDateTime"]) == at
    assert issued["startDateTime"].endswith("Z")


def test_a_start_within_the_last_minute_is_now(graph, user):
    assert graph.add_pass(user["id"], startDateTime=moment(seconds=-30))["isUsable"] is True


@pytest.mark.parametrize("start", [
    "2021-20-11 11:19:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-12-01T25:00:00Z",
    "2026-12-01T00:00:00", "2026-12-01 00:00:00", "2026-12-01", "tomorrow", "", 1_795_000_000, 1.5, True, [], {},
    "2026-12-01T00:00:00+99:00", "2026-12-01T00:00:00.123456789012345Z\0"])
def test_a_start_that_is_no_moment(graph, user, unchanged, start):
    assert_error(graph.request("POST", passes(user["id"]), json={"startDateTime": start}), 400, "BadRequest")


@pytest.mark.parametrize("ahead", [{"days": -1}, {"minutes": -2}, {"days": 30, "minutes": 5}, {"days": 4000}])
def test_a_start_in_the_past_or_far_ahead(graph, user, unchanged, ahead):
    answer = graph.request("POST", passes(user["id"]), json={"startDateTime": moment(**ahead)})
    assert_error(answer, 400, "badRequest")


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"])
def test_a_start_at_the_ends_of_time(graph, user, unchanged, start):
    assert_error(graph.request("POST", passes(user["id"]), json={"startDateTime": start}), 400, "badRequest")


def test_the_policy_decides_at_once_about_passes_that_exist(site):
    graph = site.graph
    user = graph.add_user()
    issued = graph.add_pass(user["id"], isUsableOnce=False)

    def reason():
        [item] = graph.passes_of(user["id"])
        assert item["id"] == issued["id"]
        assert item["isUsable"] is (item["methodUsabilityReason"] == "EnabledByPolicy")
        return item["methodUsabilityReason"]

    assert reason() == "EnabledByPolicy"
    with graph.policy(state="disabled"):
        assert reason() == "DisabledByPolicy"
    with graph.policy(isUsableOnce=True):
        assert reason() == "DisabledByPolicy"
    group = graph.add_group()
    with graph.policy(includeTargets=[{"targetType": "group", "id": group["id"]}]):
        assert reason() == "DisabledByPolicy"
        graph.add_member(group["id"], user["id"])
        assert reason() == "EnabledByPolicy"
        with graph.policy(excludeTargets=[{"targetType": "group", "id": group["id"]}]):
            assert reason() == "DisabledByPolicy"
    assert reason() == "EnabledByPolicy"


def test_one_time_by_the_policy(site):
    graph = site.graph
    user = graph.add_user()
    with graph.policy(isUsableOnce=True):
        assert graph.add_pass(user["id"])["isUsableOnce"] is True
        assert graph.add_pass(user["id"], isUsableOnce=True)["isUsableOnce"] is True
        answer = graph.request("POST", passes(user["id"]), json={"isUsableOnce": False})
        assert_error(answer, 400, "badRequest")
    assert graph.add_pass(user["id"], isUsableOnce=True)["isUsableOnce"] is True


@pytest.mark.parametrize("length", [8, 9, 24, 48])
def test_the_policys_length(site, length):
    graph = site.graph
    graph.patch(POLICY, {"defaultLength": length})
    assert len(graph.add_pass(graph.add_user()["id"])["temporaryAccessPass"]) == length


# --- Who may have a pass ---


def test_policy_off(site):
    graph = site.graph
    user = graph.add_user()
    with graph.policy(state="disabled"):
        answer = graph.request("POST", passes(user["id"]), json={})
        assert_error(answer, 400, "badRequest", NOT_ALLOWED)
    assert graph.passes_of(user["id"]) == []


def test_a_user_outside_the_policy_or_excluded_from_it(site):
    graph = site.graph
    inside, outside = graph.add_user(), graph.add_user()
    group = graph.add_group()
    graph.add_member(group["id"], inside["id"])
    target = {"targetType": "group", "id": group["id"]}
    with graph.policy(includeTargets=[target]):
        graph.add_pass(inside["id"])
        assert_error(graph.request("POST", passes(outside["id"]), json={}), 400, "badRequest", NOT_ALLOWED)
    with graph.policy(excludeTargets=[target]):
        graph.add_pass(outside["id"])
        assert_error(graph.request("POST", passes(inside["id"]), json={}), 400, "badRequest", NOT_ALLOWED)


def test_an_external_guest_gets_none_and_an_internal_one_does(graph):
    guest = graph.add_user("mila_partner.example#EXT#", userType="Guest")
    assert "#EXT#" in guest["userPrincipalName"]
    answer = graph.request("POST", passes(guest["id"]), json={})
    assert_error(answer, 400, "badRequest", "Temporary Access Pass cannot be added to an external guest user.")
    assert graph.passes_of(guest["id"]) == []
    graph.add_pass(graph.add_user(userType="Guest")["id"])


def test_me_needs_a_person(graph):
    for path in ("/me", "/me/authentication/temporaryAccessPassMethods", "/me/authentication/methods"):
        assert_error(graph.request("GET", path), 400, "BadRequest",
                     "/me request is only valid with delegated authentication flow.")


# --- 5: ways to name a user ---


def test_every_way_to_name_a_user(graph, user):
    issued = graph.add_pass(user["id"])
    upn = user["userPrincipalName"]
    tail = "/authentication/temporaryAccessPassMethods"
    paths = [f"/users/{user['id']}", f"/users/{user['id'].upper()}", f"/users/{upn}", f"/users/{upn.upper()}",
             f"/users/{upn.replace('@', '%40')}", f"/users(userPrincipalName='{upn.replace('@', '%40')}')",
             f"/users('{upn}')", f"/users('{user['id']}')", f"//users//{user['id']}", f"/Users/{user['id']}"]
    for version in ("v1.0", "beta"):
        for path in paths:
            found = graph.on(version).get(path + tail)["value"]
            assert [item["id"] for item in found] == [issued["id"]], path
            assert graph.on(version).get(f"{path}{tail}/{issued['id']}")["id"] == issued["id"]
    for path in paths:
        assert graph.get(path)["userPrincipalName"] == upn
    last = paths[4]
    again = graph.post(last + tail, {})
    graph.delete(f"{last}{tail}/{again['id']}")
    assert graph.passes_of(user["id"]) == []


def test_a_name_with_a_quote(graph):
    user = graph.add_user(f"o'hara-{uuid.uuid4().hex[:6]}", mailNickname="ohara")
    upn = user["userPrincipalName"]
    graph.add_pass(upn)
    doubled = upn.replace("'", "''")
    assert len(graph.get(f"/users('{doubled}')/authentication/temporaryAccessPassMethods")["value"]) == 1
    context = graph.get(passes(upn.replace("'", "%27")))["@odata.context"]
    assert doubled.replace("@", "%40") in context or doubled in context


def test_the_token_to_replace_of_the_python_sdk_is_me(graph):
    for tail in ("", "/authentication/temporaryAccessPassMethods"):
        answer = graph.request("GET", f"/users/me-token-to-replace{tail}")
        assert_error(answer, 400, "BadRequest", "/me request is only valid with delegated authentication flow.")


def test_the_segment_count(graph, user):
    path = passes(user["id"]) + "/$count"
    for expected in ("0", "1"):
        answer = graph.request("GET", path)
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == "text/plain"
        assert answer.text.lstrip("\ufeff") == expected
        graph.add_pass(user["id"])


def test_query_options_of_the_sdks_are_ignored_below_authentication(graph, user):
    graph.add_pass(user["id"])
    for query in ("$select=id&$top=5&$count=true", "%24filter=id%20eq%20'x'", "$orderby=id", "foo=bar"):
        assert len(graph.get(f"{passes(user['id'])}?{query}")["value"]) == 1


# --- 6: the list of methods ---


def test_the_list_of_methods_is_typed(graph, user):
    issued = graph.add_pass(user["id"])
    for version in ("v1.0", "beta"):
        items = graph.on(version).get(f"/users/{user['id']}/authentication/methods")["value"]
        types = {item["id"]: item["@odata.type"] for item in items}
        assert types == {issued["id"]: PASS_TYPE,
                         "28c10230-6103-485e-b985-444c60001490": "#microsoft.graph.passwordAuthenticationMethod"}
        for ident, kind in types.items():
            assert graph.on(version).get(f"/users/{user['id']}/authentication/methods/{ident}")["@odata.type"] == kind
    [password] = graph.get(f"/users/{user['id']}/authentication/passwordMethods")["value"]
    assert password["id"] == "28c10230-6103-485e-b985-444c60001490"
    assert password["password"] is None
    assert graph.get(f"/users/{user['id']}/authentication/passwordMethods/{password['id']}")["password"] is None
    for kind in ("fido2Methods", "softwareOathMethods"):
        path = f"/users/{user['id']}/authentication/{kind}"
        assert graph.get(path)["value"] == []
        assert_error(graph.request("GET", f"{path}/{NOBODY}"), 404, "resourceNotFound")
        assert_error(graph.request("DELETE", f"{path}/{NOBODY}"), 404, "resourceNotFound")
    assert_error(graph.request("GET", f"/users/{user['id']}/authentication/methods/{NOBODY}"), 404,
                 "resourceNotFound")


# --- 7: the policy ---


def test_the_policy_is_read_changed_and_reverted(site):
    graph = site.graph
    graph.delete(POLICY)
    found = graph.get(POLICY)
    assert {key: found[key] for key in DEFAULT_POLICY} == DEFAULT_POLICY
    assert found["@odata.type"] == POLICY_TYPE
    assert found["id"] == "TemporaryAccessPass"
    graph.patch(POLICY, {"@odata.type": POLICY_TYPE, "state": "enabled", "defaultLength": 12})
    changed = graph.get(POLICY.replace("TemporaryAccessPass", "temporaryaccesspass"))
    assert {key: changed[key] for key in DEFAULT_POLICY} == {
        **DEFAULT_POLICY, "state": "enabled", "defaultLength": 12}
    graph.patch(POLICY, {"defaultLength": 13})
    assert graph.get(POLICY)["defaultLength"] == 13
    whole = graph.get("/policies/authenticationMethodsPolicy")
    [inside] = [item for item in whole["authenticationMethodConfigurations"] if item["id"] == "TemporaryAccessPass"]
    assert inside["@odata.type"] == POLICY_TYPE
    assert inside["defaultLength"] == 13
    graph.delete(POLICY)
    found = graph.get(POLICY)
    assert {key: found[key] for key in DEFAULT_POLICY} == DEFAULT_POLICY


@pytest.mark.parametrize("change", [
    {"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "state": "enabled"},
    {"@odata.type": "microsoft.graph.nonsense", "state": "enabled"},
    {"state": "Enabled!"}, {"state": True}, {"state": None},
    {"defaultLifetimeInMinutes": 9}, {"defaultLifetimeInMinutes": 43201}, {"defaultLifetimeInMinutes": "60"},
    {"minimumLifetimeInMinutes": 9}, {"minimumLifetimeInMinutes": 61}, {"minimumLifetimeInMinutes": 1441},
    {"maximumLifetimeInMinutes": 43201}, {"maximumLifetimeInMinutes": 59}, {"defaultLifetimeInMinutes": 1441},
    {"defaultLength": 7}, {"defaultLength": 49}, {"defaultLength": 8.5}, {"isUsableOnce": "yes"},
    {"includeTargets": [{"targetType": "group", "id": NOBODY}]},
    {"excludeTargets": [{"targetType": "group", "id": NOBODY}]},
    {"includeTargets": [{"targetType": "planet", "id": "all_users"}]},
    {"includeTargets": "all_users"}, {"includeTargets": [{}]}, {"excludeTargets": [{"id": "x"}]},
    {"defaultLenght": 8}, {"id": "Fido2"}])
def test_a_policy_change_that_is_refused_changes_nothing(graph, change):
    before = graph.get(POLICY)
    answer = graph.request("PATCH", POLICY, json={"isUsableOnce": not before["isUsableOnce"], **change})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("badRequest", "BadRequest", "Request_BadRequest")
    assert graph.get(POLICY) == before


def test_an_enabled_policy_needs_an_include_target(graph):
    before = graph.get(POLICY)
    assert_error(graph.request("PATCH", POLICY, json={"includeTargets": []}), 400, "badRequest")
    assert graph.get(POLICY) == before


def test_an_unknown_configuration(graph):
    path = POLICY.replace("TemporaryAccessPass", "Telepathy")
    for method, body in (("GET", None), ("PATCH", {"state": "enabled"}), ("DELETE", None)):
        assert_error(graph.request(method, path, json=body), 404, "resourceNotFound")


# --- 8: bodies ---


def test_a_gzipped_body(graph, user):
    answer = post(graph, user, gzip.compress(b'{"lifetimeInMinutes": 77}'), Content_Encoding="gzip")
    assert answer.status_code in (201, 415)
    if answer.status_code == 201:
        assert answer.json()["lifetimeInMinutes"] == 77


def test_ten_megabytes_are_refused_plain_and_packed(graph, user, unchanged):
    body = b'{"lifetimeInMinutes": 60, "x": "' + b"a" * 10_000_000 + b'"}'
    answer = post(graph, user, body)
    assert answer.status_code in (400, 413), answer.text
    packed = gzip.compress(body)
    assert len(packed) < 20_000
    answer = post(graph, user, packed, Content_Encoding="gzip")
    assert answer.status_code in (400, 413, 415), answer.text


@pytest.mark.parametrize("packed", [b"not gzip", gzip.compress(b"{}")[:-6], b"", gzip.compress(b"{")],
                         ids=["no gzip", "cut off", "empty", "no JSON inside"])
def test_a_broken_gzip_body(graph, user, unchanged, packed):
    assert post(graph, user, packed, Content_Encoding="gzip").status_code in (400, 415)


def test_an_unknown_content_encoding(graph, user, unchanged):
    for name, packed in (("deflate", zlib.compress(b"{}")), ("br", b"\x0b\x01\x80{}\x03"), ("nonsense", b"{}")):
        assert post(graph, user, packed, Content_Encoding=name).status_code in (400, 415)


@pytest.mark.parametrize("body", [
    b"{", b"{]", b"nonsense", b'{"lifetimeInMinutes": 60} trailing', b'{"lifetimeInMinutes": 60', b"\x00", b"{'a': 1}",
    b'{"lifetimeInMinutes": NaN}', b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'{"x":' + b"[" * 300 + b"]" * 300 + b"}", b'{"startDateTime": "\xff\xfe"}', b"\xff\xfe{\x00}\x00",
    b'{"lifetimeInMinutes": "\\ud800"}', b'\xef\xbb\xbf{"lifetimeInMinutes": 60', b"null", b"[]", b"60", b'"{}"',
    b"[{}]", b"true"], ids=lambda body: repr(body[:24]))
def test_a_body_that_is_no_json_object(graph, user, unchanged, body):
    assert_error(post(graph, user, body), 400, "BadRequest")


def test_the_words_for_an_unreadable_body(graph, user, unchanged):
    assert_error(post(graph, user, b"{nonsense"), 400, "BadRequest", UNREADABLE)


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/xml",
                                  "application/jsonp", "multipart/form-data; boundary=x", ""])
def test_a_body_of_another_type(graph, user, unchanged, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    answer = graph.request("POST", passes(user["id"]), content=b"{}", headers=headers)
    assert answer.status_code in (400, 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON",
                                  "application/json;odata.metadata=minimal;IEEE754Compatible=false"])
def test_a_json_body_with_any_parameters(graph, user, kind):
    assert post(graph, user, b"{}", Content_Type=kind).status_code == 201


@pytest.mark.parametrize("body", [
    b'{"lifetimeInMinutes": 60, "lifetimeInMinutes": 120}', b'{"isUsableOnce": true, "isUsableOnce": true}',
    b'{"lifetimeInMinutes": 60, "\\u006cifetimeInMinutes": 120}'])
def test_a_key_that_is_given_twice(graph, user, unchanged, body):
    assert post(graph, user, body).status_code == 400


@pytest.mark.parametrize("key", ["lifetime", "LifetimeInMinutes ", "password", "constructor", "__proto__", "", "é"])
def test_an_unknown_key(graph, user, unchanged, key):
    answer = graph.request("POST", passes(user["id"]), json={key: 60})
    assert_error(answer, 400, "Request_BadRequest" if answer.json()["error"]["code"].startswith("R") else "badRequest")
    assert f"Property '{key}' does not exist as a declared property" in answer.json()["error"]["message"]


@pytest.mark.parametrize("change", [{"isUsableOnce": "true"}, {"isUsableOnce": 1}, {"isUsableOnce": []},
                                    {"@odata.type": 5}])
def test_a_value_of_the_wrong_type(graph, user, unchanged, change):
    answer = graph.request("POST", passes(user["id"]), json=change)
    assert answer.status_code == 400


def test_a_wrong_odata_type(graph, user, unchanged):
    answer = graph.request("POST", passes(user["id"]), json={
        "@odata.type": "#microsoft.graph.fido2AuthenticationMethod"})
    assert answer.status_code == 400


def test_what_sdks_send_along_is_accepted(graph, user):
    graph.add_pass(user["id"], **{"@odata.type": PASS_TYPE, "@odata.context": "x", "id": None, "isUsable": None,
                                  "temporaryAccessPass": None, "lifetimeInMinutes": None, "startDateTime": None})


def test_a_code_is_never_the_callers_choice(graph, user):
    answer = graph.request("POST", passes(user["id"]), json={"temporaryAccessPass": "MyOwnCode"})
    assert answer.status_code in (201, 400)
    assert "MyOwnCode" not in answer.text


# --- Methods, paths, versions ---


@pytest.mark.parametrize("method,path", [
    ("PATCH", "{passes}/{id}"), ("PUT", "{passes}/{id}"), ("POST", "{passes}/{id}"), ("PUT", "{passes}"),
    ("DELETE", "{passes}"), ("PATCH", "{passes}"), ("POST", POLICY), ("PUT", POLICY), ("DELETE", "/users"),
    ("PUT", "/users"), ("POST", "/auditLogs/signIns"), ("DELETE", "/auditLogs/directoryAudits"),
    ("DELETE", "/groups/{group}/members/{user}")])
def test_a_method_that_the_path_does_not_have(graph, user, unchanged, method, path):
    group = graph.add_group()
    graph.add_member(group["id"], user["id"])
    path = path.format(passes=passes(user["id"]), id=unchanged["id"], group=group["id"], user=user["id"])
    answer = graph.request(method, path, json={} if method != "DELETE" else None)
    assert_error(answer, 405, "Request_BadRequest",
                 "Specified HTTP method is not allowed for the request target.")
    assert graph.get(f"/users/{user['id']}")["id"] == user["id"]


@pytest.mark.parametrize("path,segment", [
    ("/nonsense", "nonsense"), ("/users/{user}/nonsense", "nonsense"),
    ("/users/{user}/authentication/nonsense", "nonsense"), ("/policies/nonsense", "nonsense")])
def test_an_unknown_segment(graph, user, path, segment):
    answer = graph.request("GET", path.format(user=user["id"]))
    assert_error(answer, 400, "BadRequest", f"Resource not found for the segment '{segment}'.")


@pytest.mark.parametrize("ident", ["%00", "%2e%2e", "%2F", "..%2f..%2fetc", "%ff%fe", "'", "''", "a" * 2000,
                                   "%25", "😀"])
def test_hostile_path_segments(graph, ident):
    answer = graph.request("GET", f"/users/{ident}/authentication/temporaryAccessPassMethods")
    assert answer.status_code in (400, 404, 414)


# --- 14: ids of the request ---


def test_the_clients_request_id_is_echoed(graph, user):
    mine = str(uuid.uuid4())
    for path, status in ((passes(user["id"]), 200), (passes(NOBODY), 404)):
        answer = graph.request("GET", path, headers={"client-request-id": mine})
        assert answer.status_code == status
        assert answer.headers["client-request-id"] == mine
        assert answer.headers["request-id"] != mine
    ids = {graph.request("GET", passes(user["id"])).headers["request-id"] for _ in range(3)}
    assert len(ids) == 3


# --- 1.3: tokens ---


def bare(graph, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    other = Graph(graph.server, token="x")
    del other.client.headers["Authorization"]
    return other.request("GET", "/users", headers=headers)


def test_no_token(graph):
    assert_error(bare(graph, None), 401, "InvalidAuthenticationToken", "Access token is empty.")
    answer = bare(graph, None)
    assert 'client_id="00000003-0000-0000-c000-000000000000"' in answer.headers["www-authenticate"]
    tenant = graph.server.installation.tenant
    assert f'authorization_uri="{graph.server.url}/{tenant}/oauth2/v2.0/authorize"' in (
        answer.headers["www-authenticate"]) or "/oauth2/v2.0/authorize" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("value", ["Bearer", "Bearer nonsense", "Bearer a.b.c", "Basic dXNlcjpwYXNz",
                                   "Bearer " + "A" * 7000, "nonsense", "Bearer é"])
def test_something_that_is_no_token(graph, value):
    assert bare(graph, value.encode()).status_code in (400, 401, 431)


def test_a_token_with_one_bit_changed_or_without_a_signature(graph):
    token = graph.client.headers["Authorization"].removeprefix("Bearer ")
    header, body, signature = token.split(".")
    place = len(signature) // 2
    other = "A" if signature[place] != "A" else "B"
    forged = [f"{header}.{body}.{signature[:place]}{other}{signature[place + 1:]}", f"{header}.{body}.",
              f"eyJhbGciOiJub25lIn0.{body}.", f"{header}.{body[:-4]}AAAA.{signature}"]
    for value in forged:
        assert_error(bare(graph, f"Bearer {value}"), 401, "InvalidAuthenticationToken")


# --- Users, groups, roles as far as the main job needs them ---


def test_users_are_made_read_listed_changed_and_deleted(graph):
    user = graph.add_user(givenName="Ada", surname="Example", jobTitle="Engineer")
    found = graph.get(f"/users/{user['id']}")
    assert sorted(key for key in found if not key.startswith("@")) == sorted([
        "businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation",
        "preferredLanguage", "surname", "userPrincipalName"])
    graph.patch(f"/users/{user['id']}", {"displayName": "Ada Lovelace", "accountEnabled": False})
    chosen = graph.get(f"/users/{user['userPrincipalName']}?$select=displayName,accountEnabled")
    assert {key: value for key, value in chosen.items() if not key.startswith("@")} == {
        "displayName": "Ada Lovelace", "accountEnabled": False}
    listed = graph.listed("/users?$top=2")
    assert user["id"] in [item["id"] for item in listed]
    assert len({item["id"] for item in listed}) == len(listed)
    graph.delete(f"/users/{user['id']}")
    assert user["id"] not in [item["id"] for item in graph.listed("/users")]


@pytest.mark.parametrize("change,message", [
    ({"userPrincipalName": None}, None), ({"displayName": None}, None), ({"passwordProfile": None}, None),
    ({"mailNickname": None}, "Property mailNickname value is required but is empty or missing."),
    ({"userPrincipalName": "ada@elsewhere.example"}, "The domain portion of the userPrincipalName property is invalid. "
     "You must use one of the verified domain names in your organization."),
    ({"userPrincipalName": "no-domain"}, None), ({"displayName": "x" * 257}, None), ({"nonsense": 1}, None),
    ({"passwordProfile": {"password": "password"}}, "The specified password does not comply with password complexity "
     "requirements. Please provide a different password.")])
def test_a_user_that_can_not_be_made(graph, change, message):
    name = f"refused-{uuid.uuid4().hex[:6]}"
    body = {"accountEnabled": True, "displayName": "Refused", "mailNickname": name,
            "userPrincipalName": f"{name}@example.com", "passwordProfile": {"password": "violet anchor teapot 7"}}
    body = {key: value for key, value in {**body, **change}.items() if value is not None}
    count = len(graph.listed("/users?$top=999"))
    assert_error(graph.request("POST", "/users", json=body), 400, "Request_BadRequest", message)
    assert len(graph.listed("/users?$top=999")) == count


def test_a_name_that_is_taken(graph, user):
    body = {"accountEnabled": True, "displayName": "Again", "mailNickname": "again",
            "userPrincipalName": user["userPrincipalName"].upper(),
            "passwordProfile": {"password": "violet anchor teapot 7"}}
    error = assert_error(graph.request("POST", "/users", json=body), 400, "Request_BadRequest",
                         "Another object with the same value for property userPrincipalName already exists.")
    assert error["details"][0]["code"] == "ObjectConflict"
    assert error["details"][0]["target"] == "userPrincipalName"


def test_groups_and_their_members(graph, user):
    group = graph.add_group()
    graph.add_member(group["id"], user["id"])
    answer = graph.request("POST", f"/groups/{group['id']}/members/$ref", json={
        "@odata.id": f"https://graph.microsoft.com/v1.0/users/{user['id']}"})
    assert_error(answer, 400, "Request_BadRequest", "One or more added object references already exist for the "
                 "following modified properties: 'members'.")
    [member] = graph.get(f"/groups/{group['id']}/members")["value"]
    assert member["@odata.type"] == "#microsoft.graph.user"
    assert member["id"] == user["id"]
    assert_error(graph.request("POST", f"/groups/{group['id']}/members/$ref", json={
        "@odata.id": f"{graph.server.url}/v1.0/directoryObjects/{NOBODY}"}), 404, "Request_ResourceNotFound")
    graph.delete(f"/groups/{group['id']}/members/{user['id']}/$ref")
    assert graph.get(f"/groups/{group['id']}/members")["value"] == []
    assert_error(graph.request("DELETE", f"/groups/{group['id']}/members/{user['id']}/$ref"), 404,
                 "Request_ResourceNotFound")


def test_applications_and_grants(graph, user):
    """Each answer is held against the documents by the client itself."""
    made = graph.post("/applications", {"displayName": "Files", "identifierUris": [f"api://files-{uuid.uuid4()}"], "appRoles": [
        {"id": str(uuid.uuid4()), "displayName": "Reader", "value": "Reader", "allowedMemberTypes": ["User"]}],
        "optionalClaims": {"accessToken": [{"name": "groups"}]}, "spa": {"redirectUris": ["https://f.example.com/"]}})
    application = f"/applications/{made['id']}"
    graph.post(f"{application}/addPassword", {}, expect=200)
    principal = graph.post("/servicePrincipals", {"appId": made["appId"]})
    resource = graph.get("/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
    assert graph.get("/applications?$top=5")["value"]
    assert graph.get("/servicePrincipals?$top=5")["value"]
    assert graph.get(application)["passwordCredentials"][0]["secretText"] is None
    held = graph.post(f"/users/{user['id']}/appRoleAssignments", {
        "principalId": user["id"], "resourceId": principal["id"], "appRoleId": made["appRoles"][0]["id"]})
    assert graph.get(f"/users/{user['id']}/appRoleAssignments/{held['id']}")["principalType"] == "User"
    assert graph.get(f"/servicePrincipals/{principal['id']}/appRoleAssignedTo")["value"] != []
    grant = graph.post("/oauth2PermissionGrants", {
        "clientId": principal["id"], "consentType": "Principal", "principalId": user["id"],
        "resourceId": resource["id"], "scope": "User.Read"})
    assert graph.get(f"/oauth2PermissionGrants?$filter=clientId eq '{principal['id']}'")["value"] == [
        {key: value for key, value in grant.items() if key != "@odata.context"}]
    graph.delete(application)
    assert_error(graph.request("GET", application), 404, "Request_ResourceNotFound")


def test_relations_of_people(graph, user):
    """Each answer is held against the documents by the client itself."""
    boss = graph.add_user()
    group = graph.add_group()
    graph.add_member(group["id"], user["id"])
    own = f"/users/{user['id']}"
    reference = {"@odata.id": f"{graph.server.url}/v1.0/users/{boss['id']}"}
    assert graph.request("PUT", f"{own}/manager/$ref", json=reference).status_code == 204
    assert graph.get(f"{own}/manager")["id"] == boss["id"]
    assert [item["id"] for item in graph.get(f"/users/{boss['id']}/directReports")["value"]] == [user["id"]]
    assert graph.get(f"{own}?$expand=manager($select=id)")["manager"]["id"] == boss["id"]
    for path in ("memberOf", "transitiveMemberOf", "memberOf/graph.group", "transitiveMemberOf/graph.group"):
        assert [item["id"] for item in graph.get(f"{own}/{path}")["value"]] == [group["id"]], path
    assert graph.get(f"/groups/{group['id']}/transitiveMembers")["value"][0]["id"] == user["id"]
    checked = graph.post(f"{own}/checkMemberGroups", {"groupIds": [group["id"], NOBODY]}, expect=200)
    assert checked["value"] == [group["id"]]
    assert graph.post(f"{own}/getMemberObjects", {"securityEnabledOnly": False}, expect=200)["value"] == [group["id"]]
    assert graph.get(f"/directoryObjects/{group['id']}")["@odata.type"] == "#microsoft.graph.group"
    found = graph.post("/directoryObjects/getByIds", {"ids": [user["id"], group["id"]]}, expect=200)
    assert len(found["value"]) == 2
    report = "/reports/authenticationMethods/userRegistrationDetails"
    assert graph.get(f"{report}/{user['id']}")["methodsRegistered"] == []
    assert graph.get(f"{report}?$top=3")["value"]
    assert graph.request("POST", f"{own}/revokeSignInSessions").json()["value"] is True
    graph.delete(own)
    deleted = f"/directory/deletedItems/{user['id']}"
    assert graph.get(deleted)["deletedDateTime"]
    assert graph.get("/directory/deletedItems/graph.user?$top=3")["value"]
    assert graph.request("POST", f"{deleted}/restore").json()["id"] == user["id"]
    graph.delete(own)
    graph.delete(deleted)
    assert_error(graph.request("GET", deleted), 404, "Request_ResourceNotFound")


def test_role_assignments(graph, user):
    role = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
    made = graph.assign_role(user["id"], role)
    assert made["principalId"] == user["id"]
    answer = graph.request("POST", "/roleManagement/directory/roleAssignments", json={
        "roleDefinitionId": role, "principalId": user["id"], "directoryScopeId": "/"})
    assert_error(answer, 400, "Request_BadRequest", "A conflicting object with one or more of the specified property "
                 "values is present in the directory.")
    found = graph.get(f"/roleManagement/directory/roleAssignments?$filter=principalId eq '{user['id']}'")["value"]
    assert [item["id"] for item in found] == [made["id"]]
    graph.delete(f"/roleManagement/directory/roleAssignments/{made['id']}")
    path = f"/roleManagement/directory/roleAssignments?$filter=principalId eq '{user['id']}'"
    assert graph.get(path)["value"] == []
    for change in ({"roleDefinitionId": NOBODY}, {"principalId": NOBODY}):
        assert_error(graph.request("POST", "/roleManagement/directory/roleAssignments", json={
            "roleDefinitionId": role, "principalId": user["id"], "directoryScopeId": "/", **change}), 404,
            "Request_ResourceNotFound")


def test_the_last_global_administrator_stays(graph, shared_site):
    admin = shared_site.installation.admin["id"]
    path = f"/roleManagement/directory/roleAssignments?$filter=principalId eq '{admin}'"
    [assignment] = graph.get(path)["value"]
    assert_error(graph.request("DELETE", f"/roleManagement/directory/roleAssignments/{assignment['id']}"), 400,
                 "Request_BadRequest")
    assert len(graph.get(path)["value"]) == 1


# --- Logs ---


def audits(graph, user):
    found = graph.listed(f"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '{user['id']}')")
    return list(reversed(found))


def test_each_change_of_a_pass_has_its_audit_event(graph, user):
    first = graph.add_pass(user["id"])
    second = graph.add_pass(user["id"], isUsableOnce=True)
    graph.delete(f"{passes(user['id'])}/{second['id']}")
    graph.request("POST", passes(user["id"]), json={"lifetimeInMinutes": 9})
    found = [event for event in audits(graph, user) if event["loggedByService"] == "Authentication Methods"]
    assert all(event["category"] == "UserManagement" for event in found)
    assert all(event["initiatedBy"]["app"]["appId"] == graph.server.installation.info["application"]["clientId"]
               for event in found)
    done = [event for event in found if event["result"] == "success"]
    registered, deleted = "User registered temporary access pass method", "deleted temporary access pass method"
    assert [registered in event["resultReason"] for event in done] == [True, False, True, False]
    assert [deleted in event["resultReason"] for event in done] == [False, True, False, True]
    assert done[0]["activityDisplayName"] == "User registered security info"
    assert done[1]["correlationId"] == done[2]["correlationId"] != done[0]["correlationId"]
    changed = {item["displayName"]: item["newValue"] for item in done[0]["targetResources"][0]["modifiedProperties"]}
    assert changed["TemporaryAccessPass.TemporaryAccessPass.Id"].strip('"') == first["id"]
    assert changed["TemporaryAccessPass.TemporaryAccessPass.AccessPassUsage"].strip('"') == "Multiple"
    assert [event["result"] for event in found].count("failure") == 1
    text = json.dumps(found)
    assert first["temporaryAccessPass"] not in text and second["temporaryAccessPass"] not in text


def test_policy_changes_are_audited(site):
    graph = site.graph
    graph.patch(POLICY, {"defaultLength": 20})
    graph.delete(POLICY)
    names = [event["activityDisplayName"] for event in graph.listed(
        "/auditLogs/directoryAudits?$filter=category eq 'ApplicationManagement'")
        if event["loggedByService"] == "Authentication Methods"]
    assert "Authentication Methods Policy Update" in names
    assert "Authentication Methods Policy Reset" in names


def test_a_sign_in_with_a_pass_is_logged_by_its_method(graph, user, shared_site):
    code = graph.add_pass(user["id"], isUsableOnce=True)["temporaryAccessPass"]
    shared_site.visitor().sign_in_with_pass(user["userPrincipalName"], code)
    for version in ("v1.0", "beta"):
        [record] = graph.on(version).get(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")["value"]
        assert record["status"]["errorCode"] == 0
        assert record["userPrincipalName"] == user["userPrincipalName"]
        assert record["isInteractive"] is True
        assert record["clientAppUsed"] == "Browser"
        [detail] = record["authenticationDetails"]
        assert detail["authenticationMethod"] == "Temporary Access Pass"
        assert detail["authenticationMethodDetail"] == "One-time"
        assert detail["succeeded"] is True
        assert record["authenticationRequirement"] == "multiFactorAuthentication"
        assert graph.on(version).get(f"/auditLogs/signIns/{record['id']}")["id"] == record["id"]


@pytest.mark.parametrize("path", [
    "/auditLogs/signIns?$filter=nonsense eq 'x'", "/auditLogs/signIns?$filter=userId eq",
    "/auditLogs/directoryAudits?$filter=((((", "/users?$filter=displayName eq 'x", "/users?$filter=nonsense eq 1",
    "/users?$select=nonsense", "/users?$top=0", "/users?$top=-1", "/users?$top=1000", "/users?$top=x",
    "/users?$skiptoken=nonsense", "/users?$orderby=createdDateTime", "/users?$filter=endsWith(mail,'x')",
    "/users?$filter=" + "(" * 500 + "displayName eq 'x'" + ")" * 500])
def test_queries_that_are_refused(graph, path):
    answer = graph.request("GET", path)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("BadRequest", "Request_BadRequest", "Request_UnsupportedQuery",
                                              "Directory_ExpiredPageToken", "badRequest")


# --- All of this leaves the server well ---


def test_a_flood_of_bad_requests_leaves_it_well(graph, user):
    began = time.monotonic()
    for number in range(100):
        graph.request("POST", passes(user["id"]), content=b"{" * number,
                      headers={"Content-Type": "application/json"})
    assert time.monotonic() - began < 20
    assert graph.server.client().get("/healthz").status_code == 200


# --- 14: $batch ---


def test_a_batch_answers_each_request_as_if_it_came_alone(graph, user):
    headers = {"Content-Type": "application/json"}
    body = graph.post("/$batch", {"requests": [
        {"id": "1", "method": "PATCH", "url": POLICY, "headers": headers,
         "body": {"@odata.type": POLICY_TYPE, "state": "enabled"}},
        {"id": "2", "dependsOn": ["1"], "method": "POST", "url": f"/{passes(user['id'])}", "headers": headers,
         "body": {"isUsableOnce": True}},
        {"id": "3", "dependsOn": ["2"], "method": "GET", "url": passes(user["id"])},
        {"id": "4", "method": "GET", "url": "/users/$count", "headers": {"consistencylevel": "eventual"}},
    ]}, expect=200)
    answers = {item["id"]: item for item in body["responses"]}
    assert {key: item["status"] for key, item in answers.items()} == {"1": 204, "2": 201, "3": 200, "4": 200}
    assert answers["2"]["body"]["temporaryAccessPass"]
    assert answers["3"]["body"]["value"][0]["id"] == answers["2"]["body"]["id"]
    assert int(answers["4"]["body"]) > 0
