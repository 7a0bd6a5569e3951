"""No code, client secret, password or TOTP seed is found anywhere but in the one answer that shows it (design:
secrets; sign-in contract 7.3, 12.1, checks 27 and 47)."""

import base64
import hashlib
import json
import re

import pytest

from support import totp
from support.graph import PASSWORD, passes
from support.pages import landed
from support.server import Installation
from support.site import Site

NEW_PASSWORD = "violet anchor monday teapot"


def forms_of(name, secret):
    """The secret as it is and as somebody might write it or, where it could be guessed, hash it without a key."""
    raw = secret.encode()
    yield name, raw
    yield f"{name} in base64", base64.b64encode(raw).rstrip(b"=")
    yield f"{name} in base64url", base64.urlsafe_b64encode(raw).rstrip(b"=")
    yield f"{name} in hex", raw.hex().encode()
    yield f"{name} in UTF-16", secret.encode("utf-16-le")
    if len(secret) > 40:
        # Random tokens of 256 bits: their plain hash helps nobody to guess them.
        return
    for algorithm in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(algorithm, raw)
        yield f"{algorithm} of {name}", digest.digest()
        yield f"{algorithm} of {name} in hex", digest.hexdigest().encode()
        yield f"{algorithm} of {name} in base64", base64.b64encode(digest.digest()).rstrip(b"=")


def found_in(haystacks, secrets):
    return [f"{form} in {place}" for place, content in haystacks.items() for name, secret in secrets.items()
            for form, needle in forms_of(name, secret) if needle in content]


def everything_graph_tells(graph, user):
    paths = ["/users", f"/users/{user['id']}", f"/users/{user['id']}/authentication/methods", passes(user["id"]),
             f"/users/{user['id']}/authentication/softwareOathMethods",
             f"/users/{user['id']}/authentication/passwordMethods", "/auditLogs/directoryAudits",
             "/auditLogs/signIns", "/policies/authenticationMethodsPolicy"]
    return {f"{version} {path}": json.dumps(graph.on(version).request("GET", path).json()).encode()
            for version in ("v1.0", "beta") for path in paths}


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_no_secret_is_found_anywhere(store, request, tmp_path):
    postgres = request.getfixturevalue("postgres") if store == "postgres" else None
    url = postgres.database() if postgres else None
    site = Site(tmp_path, url)
    graph = site.graph
    info = site.installation.info
    secrets = {"the client secret": info["application"]["clientSecret"],
               "the admin's pass": info["admin"]["temporaryAccessPass"], "a password": PASSWORD,
               "a new password": NEW_PASSWORD}
    graph.enable_passes()
    visitor = site.visitor()
    assert landed(visitor.sign_in_with_pass(info["admin"]["userPrincipalName"], secrets["the admin's pass"]))

    # A wrong guess, and somebody who types their password into the wrong field.
    user = graph.add_user()
    secrets["a replaced pass"] = graph.add_pass(user["id"])["temporaryAccessPass"]
    issued = graph.add_pass(user["id"], isUsableOnce=True)
    secrets["a pass"] = issued["temporaryAccessPass"]
    secrets["a wrong guess"] = "WrongGuess12345"
    secrets["a password typed as the name"] = "my secret wallaby 77"
    visitor = site.visitor()
    visitor.submit(visitor.open("/security-info"), "loginfmt", secrets["a password typed as the name"])
    page = visitor.name(user["userPrincipalName"])
    page = visitor.submit(page, "accesspass", secrets["a wrong guess"])
    assert page.number == 130503
    page = visitor.submit(page, "accesspass", secrets["a pass"])
    assert landed(page), page
    session = [cookie.value for cookie in visitor.client.cookies.jar]
    secrets |= {f"cookie {place}": value for place, value in enumerate(session) if len(value) >= 20}

    # An authenticator app and a password, set in the fresh session.
    page = visitor.open("/security-info/apps/scan")
    key = page.ids["key"]["data-plain"]
    secrets["the key of an app"] = key
    page = visitor.submit(visitor.open("/security-info/apps/code"), "otc", totp.code(key))
    assert page.heading == "Authenticator app successfully registered", page
    page = visitor.submit(visitor.open("/security-info/password"), "newpassword", NEW_PASSWORD,
                          confirmpassword=NEW_PASSWORD)
    assert landed(page), page
    graph.enable_passes(defaultLength=24)
    secrets["a long pass"] = graph.add_pass(graph.add_user()["id"])["temporaryAccessPass"]
    token = graph.client.headers["Authorization"].removeprefix("Bearer ")
    secrets["an access token"] = token

    raw_key = base64.b32decode(key + "=" * (-len(key) % 8))
    answers = everything_graph_tells(graph, user)
    assert found_in(answers, secrets) == []
    site.close()

    places = {str(path.relative_to(site.installation.data)): path.read_bytes()
              for path in site.installation.data.rglob("*") if path.is_file()}
    places["the log"] = site.server.log_text().encode()
    if postgres:
        places["the database"] = postgres.dump(url).encode()
    found = found_in(places, secrets)
    found += [f"the raw key of an app in {place}" for place, content in places.items()
              if raw_key in content or raw_key.hex().encode() in content]
    assert found == []
    # The search would have found something: the name is in the database and in its files.
    assert any(user["userPrincipalName"].encode() in content for content in places.values())


def test_each_secret_is_shown_in_one_answer_only(site):
    user = site.graph.add_user()
    answer = site.graph.request("POST", passes(user["id"]), json={})
    code = answer.json()["temporaryAccessPass"]
    assert answer.headers["cache-control"] == "no-store"
    assert code not in json.dumps(site.graph.passes_of(user["id"]))
    visitor = site.visitor()
    page = visitor.sign_in_with_pass(user["userPrincipalName"], code)
    assert landed(page)
    assert code not in page.answer.text
    assert all(code not in str(step.headers) for step in page.answer.history)


def test_pages_keep_to_themselves(site):
    """Security headers, and nothing inline that a strict policy would forbid (sign-in contract, check 46)."""
    visitor = site.visitor()
    user = site.graph.add_user()
    code = site.graph.add_pass(user["id"])["temporaryAccessPass"]
    first = visitor.open("/security-info")
    second = visitor.submit(first, "loginfmt", user["userPrincipalName"])
    third = visitor.submit(second, "accesspass", code)
    assert landed(third)
    for page in (first, second, third):
        headers = page.answer.headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy or "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "no-store" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        # On localhost it would bind every other program that serves there.
        assert "strict-transport-security" not in headers
        assert headers["referrer-policy"] != "no-referrer"
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son\w+=", page.answer.text)
    set_cookies = [value for page in (first, second, third) for step in [*page.answer.history, page.answer]
                   for value in step.headers.get_list("set-cookie")]
    assert set_cookies
    for value in set_cookies:
        assert value.startswith("__Host-"), value
        for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite="):
            assert attribute.lower() in value.lower(), value


def test_under_a_name_of_its_own_it_asks_for_https_for_good(tmp_path):
    server = Installation.make(tmp_path / "data").serve(env={"LATCHKEY_PUBLIC_URL": "https://localhost.example.com"})
    with server.client(verify=False) as client:
        answer = client.get("/sign-in")
        assert "max-age=" in answer.headers["strict-transport-security"]
    server.stop()
