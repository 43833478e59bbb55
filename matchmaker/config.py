# SPDX-License-Identifier: MIT
"""Settings: one frozen value, read from the environment, checked before anything starts."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from matchmaker.errors import N_, SettingsError

PREFIX = "MATCHMAKER_"
MIN_SECRET = 32


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations.

    ``folder`` holds what the application writes beside the database: the match index, the demo's
    mailbox. ``smtp`` is ``smtp://[user:password@]host[:port]`` (``smtps`` for TLS from the first
    byte) or empty: then mail is written into ``folder/mail``.
    """

    folder: Path
    database: str
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    smtp: str = field(default="", repr=False)
    mail_from: str = "matchmaker@localhost"
    demo: bool = False
    operator: str = ""
    operator_contact: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read ``MATCHMAKER_*``.

        Raises
        ------
        SettingsError
            A value is missing, unknown or unusable; the sentence names the variable.
        """
        given = {
            k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if k.startswith(PREFIX)
        }
        unknown = set(given) - set(cls.__dataclass_fields__)
        if unknown:
            raise SettingsError(
                N_("The setting %(name)s is unknown. Known are: %(known)s."),
                name=PREFIX + sorted(unknown)[0].upper(),
                known=", ".join(PREFIX + name.upper() for name in cls.__dataclass_fields__),
            )
        folder = Path(given.pop("folder", "instance")).resolve()
        demo = given.pop("demo", "").lower() in {"1", "true", "yes", "on"}
        database = given.pop("database", "") or f"sqlite:///{folder / 'matchmaker.sqlite'}"
        secret = given.pop("secret_key", "") or (demo_secret(folder) if demo else "")
        settings = cls(folder, modern_url(database), secret, demo=demo, **given)
        settings.check()
        return settings

    def check(self) -> None:
        """Raise SettingsError if the application could not run safely with these values."""
        if len(self.secret_key) < MIN_SECRET:
            raise SettingsError(
                N_(
                    "MATCHMAKER_SECRET_KEY must hold at least %(n)s random characters. "
                    'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
                ),
                n=MIN_SECRET,
            )
        base = urlsplit(self.base_url)
        if base.scheme not in {"http", "https"} or not base.netloc:
            raise SettingsError(
                N_("MATCHMAKER_BASE_URL is %(url)r; it must look like https://match.example.org."),
                url=self.base_url,
            )


def modern_url(url: str) -> str:
    """Return a database address that names the driver; ``postgres://`` means psycopg 3."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def demo_secret(folder: Path) -> str:
    """Return the demo's own secret, made once and kept in its folder, so reloads keep sessions."""
    file = folder / "demo-secret"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return file.read_text(encoding="utf-8")
