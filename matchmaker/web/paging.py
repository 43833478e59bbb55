# SPDX-License-Identifier: MIT
"""Numbers in addresses, bounded: whatever is typed there, a database can count so far."""

from werkzeug.datastructures import MultiDict

LAST_PAGE = 10_000


def page_number(args: MultiDict[str, str], default: int = 1) -> int:
    """Return the page that an address asks for, from 1 to LAST_PAGE."""
    return number(args, "page", default, least=1, most=LAST_PAGE)


def number(args: MultiDict[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number of an address within bounds; what is no number is the default."""
    return min(max(args.get(name, default, type=int), least), most)
