"""Follows every link of the portal as somebody sees it, each kind of page once."""

import collections
import re
import urllib.parse

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Crawl:
    """What a visitor finds who follows all links from `start`.

    `named` maps ids to names: their pages are visited, and named in paths (`/portal/people/{ordinary}`). Of other things
    of a kind one is visited, as `{other}`.
    """

    def __init__(self, visitor, named, start="/portal", below="/portal"):
        self._visitor, self._named = visitor, named
        #: Pages by their paths with names for ids.
        self.pages = {}
        #: Paths that forms post to, with names for ids, and the address of a page that has such a form.
        self.forms = {}
        #: Links that were shown, with names for ids.
        self.links = set()
        waiting = collections.deque([start])
        while waiting:
            path = waiting.popleft()
            name = self.name(path)
            if name in self.pages:
                continue
            page = visitor.open(path)
            self.pages[name] = page
            posted = (urllib.parse.urljoin(path, form["action"]) for form in page.forms if form["method"] == "post")
            for form in posted:
                if self._path(form).startswith(below):
                    self.forms.setdefault(self.name(form), path)
            for link in page.links:
                link = urllib.parse.urljoin(path, link)
                if self._path(link).startswith(below):
                    self.links.add(self.name(link))
                    if not self._path(link).endswith("/export"):
                        waiting.append(link)

    @staticmethod
    def _path(address):
        return urllib.parse.urlsplit(address).path

    def name(self, address):
        """The path of an address, with names for ids."""
        return _ID.sub(lambda found: "{" + self._named.get(found[0], "other") + "}", self._path(address))

