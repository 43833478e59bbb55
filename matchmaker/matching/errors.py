# SPDX-License-Identifier: MIT
"""What can go wrong in the matching room, said so that somebody can act on it."""

from __future__ import annotations

from matchmaker.errors import MatchmakerError


class MatchingError(MatchmakerError):
    """Any failure of the matching."""


class IndexDamagedError(MatchingError):
    """A saved text space cannot be read back whole; fit again and save."""


class CollectionError(MatchingError):
    """A folder to evaluate on misses a file or holds a line that cannot be read."""
