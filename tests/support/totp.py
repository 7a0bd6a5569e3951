"""The code that an authenticator app shows (RFC 6238: SHA-1, 6 digits, 30 s)."""

import base64
import hashlib
import hmac
import struct
import time


def code(key, at=None, step=0):
    """The code for a base32 key; `step` counts periods from now."""
    key = key.replace(" ", "").upper()
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    counter = int((time.time() if at is None else at) // 30) + step
    digest = hmac.new(secret, struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
