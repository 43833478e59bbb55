# SPDX-License-Identifier: MIT
"""What stands in `vendor.toml` is what stands in the folders, byte for byte."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "matchmaker" / "web" / "static" / "vendor"
FILES: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text("utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_written_down(entry: dict[str, Any]) -> None:
    content = (ROOT / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_nothing_is_vendored_without_being_written_down() -> None:
    present = {path for path in VENDOR.rglob("*") if path.is_file()}

    assert present - {ROOT / entry["file"] for entry in FILES} == {VENDOR / "vendor.toml"}


def test_each_package_brings_its_licence() -> None:
    licensed = {entry["package"] for entry in FILES if "LICENSE" in entry["file"]}

    assert {entry["package"] for entry in FILES} == licensed


def test_pages_ask_for_fonts_of_the_version_written_down() -> None:
    versions = {entry["version"] for entry in FILES if entry["file"].endswith(".woff2")}

    asked = re.findall(
        r"\.woff2(?:\?v=|', v=')([\d.]+)",
        (VENDOR.parent / "css" / "tokens.css").read_text("utf-8")
        + (ROOT / "templates" / "base.html").read_text("utf-8"),
    )

    assert len(asked) == 6
    assert set(asked) == versions


def test_each_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (VENDOR / "lucide" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'id="i-([a-z0-9-]+)"', sprite))

    named = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'icon(?:\(|_name=)"([a-z0-9-]+)"', template.read_text("utf-8"))
    }

    assert named - drawn == set()


def test_the_manifest_names_no_address() -> None:
    assert "://" not in (VENDOR / "vendor.toml").read_text("utf-8")
