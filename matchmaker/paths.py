# SPDX-License-Identifier: MIT
"""Where the files beside the code are, in a checkout and in an installation."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
DATA = PACKAGE / "data"
TRANSLATIONS = PACKAGE / "translations"
STATIC = PACKAGE / "web" / "static"


def _beside(name: str) -> Path:
    """Return a top-level folder: beside the package in a checkout, inside it in a wheel."""
    shipped = PACKAGE / "_shipped" / name
    return shipped if shipped.is_dir() else PACKAGE.parent / name


TEMPLATES = _beside("templates")
MIGRATIONS = _beside("migrations")
