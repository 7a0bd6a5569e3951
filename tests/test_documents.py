"""What the documents say is there: every test that they name, every file that they lead to."""

import re

import pytest

from support.server import ROOT

#: `file`: `test`, and further tests of the same file behind commas.
NAMED = re.compile(r"`(?P<file>[a-z_]+(?:\.py)?)`: (?P<tests>`[a-z0-9_]+`(?:, `[a-z0-9_]+`)*)")


def source_of(name):
    """The text of the files that a document calls so."""
    found = [ROOT / "tests" / name] if name.endswith(".py") else [
        *ROOT.glob(f"crates/*/tests/**/{name}.rs"), *ROOT.glob(f"crates/*/src/**/{name}.rs")]
    assert found, f"there is no {name}"
    return "\n".join(path.read_text() for path in found)


@pytest.mark.parametrize("document", ["oidc-conformance.md"])
def test_the_tests_that_a_document_names_are_there(document):
    text = (ROOT / "docs" / document).read_text()
    named = [(found["file"], test) for found in NAMED.finditer(text) for test in re.findall(r"`(\w+)`", found["tests"])]
    assert len(named) > 50, "the form of the tables is another one now"
    missing = [(file, test) for file, test in named
               if not re.search(rf"\b(def|fn) {test}\b", source_of(file))]
    assert not missing


#: The aim of a link, without a title behind it.
LINK = re.compile(r"\]\(<?([^)>\s]+)")


def test_what_documents_lead_to_is_there():
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("tests/*.md"), *ROOT.glob("bench/**/*.md")]
    aims = [(document, aim.partition("#")[0]) for document in documents
            for aim in LINK.findall(document.read_text()) if not re.match(r"[a-z]+:|#", aim)]
    assert len(aims) > 50
    assert [(document.name, aim) for document, aim in aims if not (document.parent / aim).exists()] == []
