"""Every page of the site: how much is sent, from where, and what its Content Security Policy lets in."""

import os
import re
import statistics

import pytest

from support.crawl import Crawl
from test_journey import sign_in_with_pass
from test_portal import GLOBAL_ADMINISTRATOR, people

#: Directives that each page has (issue: no inline code, Trusted Types, no other host).
POLICY = {
    "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
    "connect-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'", "trusted-types": "'none'",
}
#: Most bytes that a page may bring over the wire, with all that it needs and nothing cached.
SIGN_IN_PAGE, PORTAL_PAGE = 40 * 1024, 150 * 1024

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|<[^>]*\sstyle=|<[^>]*\son[a-z]+\s*=|javascript:", re.IGNORECASE)


@pytest.fixture
def administrator(site):
    """A Global Administrator's name and code, in an organisation with one of each thing."""
    graph = site.graph
    people(graph)
    group = graph.add_group(displayName="Berlin office")
    for user in graph.listed("/users"):
        graph.add_member(group["id"], user["id"])
    graph.post("/directory/administrativeUnits", {"displayName": "Third floor"})
    graph.post("/applications", {"displayName": "Leave planner"})
    user = graph.add_user("chief")
    graph.assign_role(user["id"], GLOBAL_ADMINISTRATOR)
    return user["userPrincipalName"], graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]


def every_page(site, administrator):
    """All pages that links lead to, by their paths with names for ids."""
    visitor = site.visitor()
    pages = Crawl(visitor, {}, start="/sign-in", below="/").pages
    visitor.sign_in_with_pass(*administrator)
    return pages | Crawl(visitor, {}, start="/security-info", below="/").pages


def test_pages_let_nothing_foreign_in(site, administrator):
    pages = every_page(site, administrator)
    assert len(pages) > 45, sorted(pages)
    assert {"/portal/people/{other}/pass", "/portal/logs/audit/{other}", "/security-info/sign-ins"} <= set(pages)
    for name, page in pages.items():
        headers = page.answer.headers
        assert page.status == 200, name
        policy = dict(directive.strip().split(" ", 1) for directive in headers["content-security-policy"].split(";"))
        assert policy == POLICY, name
        assert headers["cache-control"] == "no-store", name
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY", name
        html = page.answer.text
        assert not (found := INLINE.search(html)), f"{name}: {found[0]}"
        for address in re.findall(r'<(?:script|link|img|iframe|form)\b[^>]*\s(?:src|href|action)="([^"]*)"', html):
            assert address.startswith("/") and not address.startswith("//"), f"{name}: {address}"


def test_pages_are_small_and_ask_no_other_host(site, administrator, browse):
    pages = every_page(site, administrator)
    window = browse(site.server).window()
    window.cdp.send("Network.enable")
    received, asked = [], []
    window.cdp.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    window.context.on("request", lambda request: asked.append(request.url))

    def size_of(path):
        window.cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        received.clear()
        window.page.goto(path, wait_until="networkidle")
        return sum(received)

    sizes = {"/sign-in": size_of("/sign-in")}
    sign_in_with_pass(window, *administrator)
    window.expect("Security info")
    for name, page in pages.items():
        sizes.setdefault(name, size_of(str(page.answer.url)))
    for name, size in sizes.items():
        assert 1000 < size < (PORTAL_PAGE if name.startswith("/portal") else SIGN_IN_PAGE), f"{name}: {size} bytes"
    assert {url for url in asked if not url.startswith((site.server.url, "data:"))} == set()
    assert window.errors == []
    print({name: sizes[name] for name in sorted(sizes, key=sizes.get)})


def test_the_sign_in_page_is_interactive_at_once(site, browse):
    """By hand with the release build: `LATCHKEY_INTERACTIVE_MS=100 LATCHKEY_BIN=… ./test python -s -k interactive`."""
    window = browse(site.server).window()
    window.page.goto("/sign-in")
    taken = []
    for _ in range(20):
        window.page.goto("/sign-in", wait_until="load")
        window.page.get_by_label("Account name").and_(window.page.locator(":focus")).wait_for()
        taken.append(window.page.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))
    print(f"interactive after {statistics.median(taken):.0f} ms, {max(taken):.0f} ms at most")
    assert statistics.median(taken) < float(os.environ.get("LATCHKEY_INTERACTIVE_MS", 1000))
