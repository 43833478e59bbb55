# SPDX-License-Identifier: MIT
"""Rules of the house that a linter cannot see."""

import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import Engine

from matchmaker.paths import TEMPLATES
from matchmaker.store import Base, schema
from matchmaker.web.access import RULES

ROOT = Path(__file__).parents[1]


def test_every_route_declares_who_may_call_it(app: Flask) -> None:
    declared = {
        rule.endpoint: getattr(app.view_functions[rule.endpoint], "access", None)
        for rule in app.url_map.iter_rules()
    }

    assert {endpoint for endpoint, access in declared.items() if access not in RULES} == set()


def test_a_route_without_a_rule_is_closed(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open!")

    assert app.test_client().get("/forgotten").status_code == 403


def test_every_blueprint_has_its_templates_folder(app: Flask) -> None:
    rooms = {name for name in app.blueprints if name != "security"}

    assert {name for name in rooms if not (TEMPLATES / name).is_dir()} == set()


def test_migrations_make_what_the_models_say(engine: Engine) -> None:
    assert schema.is_current(engine)
    assert schema.differences(engine) == []


def test_migrations_make_the_checks_of_the_models(engine: Engine) -> None:
    migrated = _checks(engine)

    schema.downgrade(engine, "base")
    Base.metadata.create_all(engine)

    assert migrated == _checks(engine)
    assert sum(map(len, migrated.values())) > 20


def _checks(engine: Engine) -> dict[str, dict[str | None, str]]:
    """Return table -> name of the constraint -> its rule, as the database tells it."""
    inspector = sa.inspect(engine)
    return {
        table: {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_going_back_drops_every_table(engine: Engine) -> None:
    schema.downgrade(engine, "base")

    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}


def test_every_python_file_names_its_licence() -> None:
    folders = ("matchmaker", "migrations", "tests", "benchmarks", "tools")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]

    bare = [
        str(file.relative_to(ROOT))
        for file in files
        if "SPDX-License-Identifier: MIT" not in file.read_text(encoding="utf-8")[:200]
    ]
    assert bare == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")

        assert "://" not in text, lock.name
        assert text.count("--hash=sha256:") > text.count("=="), lock.name


def test_no_page_holds_what_the_content_policy_forbids() -> None:
    forbidden = re.compile(
        r"""\sstyle=["']|<script(?![^>]*\bsrc=)|\son[a-z]+=["']|href=["']javascript:"""
    )

    found = [
        f"{file.relative_to(TEMPLATES)}: {match.group()}"
        for file in TEMPLATES.rglob("*.html")
        for match in forbidden.finditer(
            re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.S)
        )
    ]
    assert found == []


def test_no_template_marks_user_text_as_safe() -> None:
    found = [
        str(f) for f in TEMPLATES.rglob("*.html") if re.search(r"\|\s*safe\b", f.read_text("utf-8"))
    ]

    assert found == []


def test_all_configuration_is_in_pyproject() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]

    assert {"hatch", "ruff", "mypy", "pytest", "importlinter", "djlint", "coverage"} <= set(tools)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


def test_a_built_wheel_migrates_and_serves_a_page(wheel: Path, tmp_path: Path) -> None:
    """The wheel alone, away from the checkout; only the locked packages are borrowed."""
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv" / "bin" / "python"
    installed = tmp_path / "installed"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(installed)], check=True)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    script = (
        "import os, sys\n"
        f"sys.path[:0] = [{str(installed)!r}]\n"
        f"sys.path.append({borrowed!r})\n"
        "import matchmaker\n"
        f"assert matchmaker.__file__.startswith({str(installed)!r}), matchmaker.__file__\n"
        "from matchmaker.cli import main\n"
        "main(['migrate'], standalone_mode=False)\n"
        "from matchmaker.app import create_app\n"
        "page = create_app().test_client().get('/')\n"
        "assert page.status_code == 200, page.text\n"
        "print(page.text[:60].replace(chr(10), ' '))\n"
    )
    environment = {
        "MATCHMAKER_SECRET_KEY": "wheel-" * 8,
        "MATCHMAKER_FOLDER": str(tmp_path / "data"),
        "PATH": "/usr/bin:/bin",
    }

    result = subprocess.run(
        [str(python), "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert result.returncode == 0, result.stderr
    assert "<!doctype html>" in result.stdout
