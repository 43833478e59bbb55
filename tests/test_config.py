# SPDX-License-Identifier: MIT
"""Settings come from the environment and are refused with a sentence."""

from pathlib import Path

import pytest

from matchmaker.config import Settings, modern_url
from matchmaker.errors import SettingsError

SECRET = "s" * 40


def read(tmp_path: Path, **given: str) -> Settings:
    named = {f"MATCHMAKER_{name.upper()}": value for name, value in given.items()}
    return Settings.from_environment({"MATCHMAKER_FOLDER": str(tmp_path), **named})


def test_sqlite_in_the_folder_is_the_default(tmp_path: Path) -> None:
    settings = read(tmp_path, secret_key=SECRET)

    assert settings.database == f"sqlite:///{tmp_path / 'matchmaker.sqlite'}"
    assert settings.demo is False


@pytest.mark.parametrize("secret", ["", "short", "s" * 31])
def test_a_short_secret_is_refused(tmp_path: Path, secret: str) -> None:
    with pytest.raises(SettingsError, match="MATCHMAKER_SECRET_KEY must hold at least 32"):
        read(tmp_path, secret_key=secret)


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="MATCHMAKER_DATABSE is unknown"):
        read(tmp_path, secret_key=SECRET, databse="sqlite://")


@pytest.mark.parametrize("url", ["match.example.org", "ftp://x", "javascript:alert(1)"])
def test_the_base_address_is_a_web_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="MATCHMAKER_BASE_URL"):
        read(tmp_path, secret_key=SECRET, base_url=url)


def test_the_demo_keeps_its_own_secret(tmp_path: Path) -> None:
    first = read(tmp_path, demo="1").secret_key

    assert read(tmp_path, demo="yes").secret_key == first
    assert len(first) >= 32
    assert (tmp_path / "demo-secret").stat().st_mode & 0o077 == 0


def test_the_secret_is_never_printed(tmp_path: Path) -> None:
    assert SECRET not in repr(read(tmp_path, secret_key=SECRET))


@pytest.mark.parametrize("given", ["postgres://h/d", "postgresql://h/d"])
def test_postgresql_means_psycopg(given: str) -> None:
    assert modern_url(given) == "postgresql+psycopg://h/d"
