# SPDX-License-Identifier: MIT
"""All rooms of the web layer, in the order of a visit."""

from matchmaker.web import accounts, actors, demo, directory, matches, pages, pairings

BLUEPRINTS = (
    pages.bp,
    accounts.bp,
    actors.bp,
    matches.bp,
    directory.bp,
    pairings.bp,
    demo.bp,
)
