"""The sign-in pages over plain HTTP: a browser without script, with a cookie jar of its own."""

import html.parser
import re
import urllib.parse

#: Where a sign-in without an application lands.
HOME = "/security-info"


class _Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.links, self.texts, self.heading, self.ids = [], [], [], [], {}
        self._in_heading = False
        self._id = None

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append({"action": attributes.get("action", ""), "method": attributes.get("method", "get"),
                               "fields": {}, "buttons": [], **{
                key: value for key, value in attributes.items() if key.startswith("data-")}})
        elif tag == "input" and self.forms and attributes.get("name"):
            self.forms[-1]["fields"][attributes["name"]] = attributes.get("value") or ""
        elif tag == "button" and self.forms and attributes.get("name"):
            self.forms[-1]["buttons"].append((attributes["name"], attributes.get("value") or ""))
        elif tag == "a":
            self.links.append(attributes.get("href", ""))
        elif tag == "h1":
            self._in_heading = True
        if attributes.get("id"):
            self._id = attributes["id"]
            self.ids.setdefault(self._id, dict(attributes))

    def handle_endtag(self, tag):
        if tag == "h1":
            self._in_heading = False

    def handle_data(self, data):
        self.texts.append(data)
        if self._in_heading:
            self.heading.append(data)


class Page:
    """One answer: where it came from, its heading, text, forms and the number in its small print."""

    def __init__(self, answer):
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.url.path
        parser = _Parser()
        parser.feed(answer.text)
        self.text = re.sub(r"\s+", " ", " ".join(parser.texts)).strip()
        self.heading = "".join(parser.heading).strip()
        self.forms = parser.forms
        self.links = parser.links
        self.ids = parser.ids
        number = re.search(r"Number: (\d+)", self.text)
        self.number = int(number[1]) if number else None

    def form(self, field):
        """The form that has this field."""
        found = [form for form in self.forms if field in form["fields"]]
        assert found, f"no form with {field} on {self}"
        return found[0]

    def __repr__(self):
        return f"<page {self.path} {self.status} “{self.heading}” {self.number or ''} {self.text[:600]}>"


class Visitor:
    """Somebody with a browser."""

    def __init__(self, server):
        self.server = server
        self.client = server.client(follow_redirects=True)

    def close(self):
        self.client.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def open(self, path):
        return Page(self.client.get(path))

    def submit(self, page, field, value=None, **others):
        """Sends the form that has `field`, filled in, as a browser would."""
        form = page.form(field)
        data = {**form["fields"], **others}
        if value is not None:
            data[field] = value
        target = urllib.parse.urljoin(str(page.answer.url), form["action"])
        return Page(self.client.post(target, data=data, headers={
            "Origin": self.server.url, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}))

    def name(self, upn, path=HOME):
        """The page that follows the account name."""
        page = self.open(path)
        assert page.form("loginfmt"), page
        return self.submit(page, "loginfmt", upn)

    def sign_in_with_pass(self, upn, code):
        """Name and pass; the page where it ends."""
        page = self.name(upn)
        assert page.heading == "Enter Temporary Access Pass", page
        return self.submit(page, "accesspass", code)

    def sign_in_with_password(self, upn, password):
        """Name and password; the page where it ends, which may ask for a code."""
        page = self.name(upn)
        if "passwd" not in {name for form in page.forms for name in form["fields"]}:
            link = next(link for link in page.links if "password" in link)
            page = self.open(link)
        return self.submit(page, "passwd", password)

    @property
    def signed_in(self):
        """Whether the session still opens security info."""
        return self.open(HOME).path == HOME


def landed(page):
    """Whether the sign-in went through."""
    return page.path == HOME and page.status == 200 and page.heading == "Security info"
