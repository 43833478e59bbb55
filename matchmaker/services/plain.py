# SPDX-License-Identifier: MIT
"""Text that people typed or a file held, made plain: what a page, a mail and a log can carry."""

import re
import unicodedata
from urllib.parse import urlsplit

from matchmaker.errors import N_, RefusedError

WEB_ADDRESS_LENGTH = 300

# Controls, surrogates, and the marks that turn writing direction over parts of a page.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffc]"
)
_BLANK = {"Cc", "Cf", "Zs", "Zl", "Zp"}  # shows nothing; an unassigned sign may show tomorrow
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def plain_text(text: str | None) -> str:
    """Return text of several lines: composed (NFC), no control or direction marks, trimmed.

    What shows nothing at all, such as a lone zero-width space, is an empty text.
    """
    lines = _BREAKS.sub("\n", text or "")
    plain = unicodedata.normalize("NFC", _UNSEEN.sub("", lines)).strip()
    return plain if any(unicodedata.category(sign) not in _BLANK for sign in plain) else ""


def plain_line(text: str | None) -> str:
    """Return text of one line; runs of white space become one space."""
    return " ".join(plain_text(text).split())


def web_address(text: str | None) -> str:
    """Return an http or https address with its scheme, or an empty text.

    ``example.org/a`` becomes ``https://example.org/a``.

    Raises
    ------
    RefusedError
        It is longer than 300 characters, has another scheme, a user name, or no host.
    """
    typed = plain_line(text)
    if not typed:
        return ""
    bare = not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", typed) or re.match(r"[\w.-]+:\d+(/|$)", typed)
    address = f"https://{typed}" if bare else typed
    if len(address) > WEB_ADDRESS_LENGTH:
        raise RefusedError(
            N_("Web addresses may have up to %(n)s characters."), n=WEB_ADDRESS_LENGTH
        )
    if not is_web_address(address):
        raise RefusedError(
            N_("“%(typed)s” is not a web address. Write it like https://example.org."),
            typed=typed[:80],
        )
    return address


def is_web_address(address: str) -> bool:
    """Tell whether an address is a plain http or https one; pages link only to such."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and "." in host.strip(".")
        and not re.search(r"[\s\"'<>\\^`{|}]", address)
        and "@" not in parts.netloc
    )
