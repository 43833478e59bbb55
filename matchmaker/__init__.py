# SPDX-License-Identifier: MIT
"""Matchmaker: partners across the Baltic Sea, found by what one offers and the other seeks."""

__version__ = "0.1.0"
