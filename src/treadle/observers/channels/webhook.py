"""Webhooks, signed as Standard Webhooks says: https://www.standardwebhooks.com"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from treadle.ir.hooks import ToWebhook
from treadle.observers.channels.http import as_json, post
from treadle.observers.channels.letter import Letter, UndeliverableError

__all__ = ["post_signed", "signature"]

_PREFIX = "whsec_"


def post_signed(way: ToWebhook, letter: Letter) -> None:
    """Post a message as it is, with a signature when there is a secret.

    Raises:
        UndeliverableError: when it didn't arrive.
    """
    body = as_json({"id": letter.id, **letter.message})
    timestamp = str(int(letter.at.timestamp()))
    headers = {"webhook-id": letter.id, "webhook-timestamp": timestamp}
    if way.secret:
        headers["webhook-signature"] = signature(way.secret, letter.id, timestamp, body)
    post(way.url, body, headers=headers, seconds=letter.seconds)


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of a message: HMAC-SHA256 of its id, time and body, joined by dots.

    A secret that begins with `whsec_` holds the key as base64; of any other one, the text is the key.

    >>> signature("whsec_c2VjcmV0", "msg_1", "1700000000", b"{}") == signature("secret", "msg_1", "1700000000", b"{}")
    True
    """
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise UndeliverableError("its secret begins with whsec_, and what follows isn't base64") from None
