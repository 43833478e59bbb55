# SPDX-License-Identifier: MIT
"""Where to go after a form: only to pages of this application, by a fixed pattern."""

import re

# One class of characters for each part and nothing nested: no text makes this slow.
_OWN_PATH = re.compile(r"/[\w~.,%/-]*(?:\?[\w~.,%&=+:/-]*)?(?:#[\w-]*)?", re.ASCII)
LONGEST = 200


def own_path(path: str | None) -> str:
    """Return the path if it is one of our own, else nothing.

    A path starts with one slash; neither a host nor a scheme can be written in the pattern.
    """
    if not path or len(path) > LONGEST or not _OWN_PATH.fullmatch(path):
        return ""
    return "" if "//" in path.partition("?")[0] else path
