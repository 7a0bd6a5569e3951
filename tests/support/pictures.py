"""Small pictures: screenshots as PNGs with a palette. The browser itself counts the colours, so no tool is needed."""

import base64
import struct
import zlib

#: Runs in an empty page: the most frequent colours, 256 at most, and for each pixel the place of the nearest.
_REDUCE = """async (data) => {
  const picture = await createImageBitmap(await (await fetch(data)).blob());
  const context = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  context.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette = [...counts].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([pixel]) => pixel);
  const places = new Map(palette.map((pixel, place) => [pixel, place]));
  const part = (pixel, shift) => (pixel >> shift) & 255;
  const apart = (one, other) => [0, 8, 16].reduce(
    (sum, shift) => sum + (part(one, shift) - part(other, shift)) ** 2, 0);
  for (const pixel of counts.keys()) {
    if (places.has(pixel)) continue;
    let [best, least] = [0, Infinity];
    palette.forEach((known, place) => {
      const distance = apart(pixel, known);
      if (distance < least) [best, least] = [place, distance];
    });
    places.set(pixel, best);
  }
  const bytes = Uint8Array.from(pixels, (pixel) => places.get(pixel));
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return {
    width: picture.width, height: picture.height, pixels: btoa(text),
    palette: palette.flatMap((pixel) => [part(pixel, 0), part(pixel, 8), part(pixel, 16)]),
  };
}"""


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width, height, palette, pixels):
    """A PNG with 8 bits per pixel, each a place in the palette (PNG specification, 11.2)."""
    rows = b"".join(b"\0" + pixels[at:at + width] for at in range(0, width * height, width))
    return b"".join((
        b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        _chunk(b"PLTE", bytes(palette)), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b"")))


class Pictures:
    """Takes pictures of pages into a folder."""

    def __init__(self, chromium, folder):
        self.folder = folder
        self.taken = []
        # A page of its own, in which no Content Security Policy of ours stands in the way.
        self._desk = chromium.browser.new_context().new_page()

    def take(self, page, name, full_page=True):
        """Writes `name.png`; the pointer rests nowhere, and nothing moves."""
        shot = page.screenshot(full_page=full_page, animations="disabled", caret="hide")
        self.put(shot, name)

    def put(self, shot, name):
        """Writes a picture that was taken before."""
        found = self._desk.evaluate(_REDUCE, "data:image/png;base64," + base64.b64encode(shot).decode())
        pixels = base64.b64decode(found["pixels"])
        picture = _png(found["width"], found["height"], found["palette"], pixels)
        (self.folder / f"{name}.png").write_bytes(picture)
        self.taken.append(name)
