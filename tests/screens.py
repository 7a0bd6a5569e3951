"""Makes the pictures of the documentation: `./test screens`, or parts of them, by name.

walks     docs/walks.md: two walks at a person's pace, with the time and a picture of each step, in docs/screens/walks/
others    docs/screens/: each page, wide and light; the main ones also on a telephone, in the dark. See support/gallery.py.
"""

import contextlib
import pathlib
import shutil
import sys
import tempfile

from support import gallery, walks
from support.applications import Listener
from support.chromium import Chromium
from support.organisation import Organisation
from support.pictures import Pictures
from support.server import ROOT


def main(wanted):
    docs = ROOT / "docs"
    if "walks" in wanted:
        with scene() as (organisation, chromium):
            pictures = Pictures(chromium, fresh(docs / "screens" / "walks"))
            (docs / "walks.md").write_text(walks.document(organisation, chromium, pictures))
    if parts := [part for part in gallery.PARTS if part in wanted]:
        with scene() as (organisation, chromium), contextlib.closing(Listener()) as listener:
            pictures = Pictures(chromium, docs / "screens")
            before = {path.stem for path in pictures.folder.glob("*.png")}
            gallery.take(parts, organisation, chromium, pictures, listener)
            if len(parts) == len(gallery.PARTS):
                for name in before - set(pictures.taken):
                    (pictures.folder / f"{name}.png").unlink()
    taken = list((docs / "screens").rglob("*.png"))
    print(f"docs/screens: {len(taken)} pictures, {sum(path.stat().st_size for path in taken) / 2**20:.1f} MiB")


@contextlib.contextmanager
def scene():
    """A fresh organisation, and a browser that trusts its server."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-screens-"))
    try:
        with contextlib.closing(Organisation(folder)) as organisation:
            with contextlib.closing(Chromium(organisation.server)) as chromium:
                yield organisation, chromium
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh(folder):
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    main(sys.argv[1:] or ["walks", *gallery.PARTS])
