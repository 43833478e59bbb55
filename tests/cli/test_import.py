# SPDX-License-Identifier: MIT
"""The command as a coordinator uses it: try out, read the report, store, see what waits."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.cli import main

FILES = Path(__file__).parent.parent / "data" / "importing"
Command = Callable[..., Result]


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Command:
    """command("import", …) on an empty database."""
    settings = {
        "MATCHMAKER_FOLDER": str(tmp_path),
        "MATCHMAKER_DATABASE": database_url,
        "MATCHMAKER_SECRET_KEY": "test-" * 10,
    }

    def call(*arguments: str | Path) -> Result:
        return CliRunner(env=settings).invoke(main, list(map(str, arguments)))

    return call


def test_a_dry_run_says_what_would_happen_and_stores_nothing(command: Command) -> None:
    tried = command("import", FILES / "messy.csv", "--dry-run")

    plain = [
        "  " * row.startswith(" ") + " ".join(row.split()) for row in tried.output.splitlines()
    ]
    assert tried.exit_code == 1
    for line in (
        "messy.csv: 8 rows, semicolon, UTF-8 (valid throughout)",
        "  Dry run: nothing is stored.",
        "  4 would be new, as drafts that nobody sees",
        "Refused: 4 rows",
        "  line 5 Valsts “Spain” Spain is outside the Baltic Sea region.",
        '  line 4 SIA "Kino Ziemeli" line 2 Kino Ziemeļi same name and country',
        "  4. To store this, run the same command without --dry-run.",
    ):
        assert line in plain
    assert 'line 4  SIA "Kino Ziemeli"  line 2  Kino Ziemeļi  same name and country' in tried.output
    assert command("import", "--list").output == "Imported and not confirmed yet: 0\n"


def test_a_file_is_stored_once_and_listed(command: Command) -> None:
    first = command("import", FILES / "latvian-1257.csv")
    second = command("import", FILES / "latvian-1257.csv")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (
        "latvian-1257.csv: 2 rows, semicolon, Windows-1257 (letters like Latvian)" in first.output
    )
    assert "  2 new, as drafts that nobody sees\n" in first.output
    assert "  2 here already, and the same\n  Nothing changed.\n" in second.output
    listed = json.loads(command("import", "--list", "--json").output)
    assert [(actor["name"], actor["country"]) for actor in listed] == [
        ("Leļļu teātris Ķēvīte", "LV"), ("Rīgas Žņaudzējčūska", "LV"),
    ]  # fmt: skip


def test_the_report_as_json(command: Command) -> None:
    told = command("import", FILES / "messy.csv", "--all-or-nothing", "--json")

    report = json.loads(told.stdout)
    assert told.exit_code == 1
    assert (report["all_refused"], report["refused_rows"], report["dry_run"]) == (True, 4, False)
    assert report["refused"][0] == {
        "line": 5, "column": "Valsts", "value": "Spain",
        "reason": "Spain is outside the Baltic Sea region.",
    }  # fmt: skip


def test_defaults_and_mapping(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "a=b.csv"
    file.write_text("a=b,text\nKino,We show films\n")

    told = command(
        "import", file, "--map", "a=b=name", "--map", "text=does", "--default", "country=LV"
    )

    assert told.exit_code == 0, told.output
    listed = json.loads(command("import", "--list", "--json").output)
    assert [(a["name"], a["country"], a["source"]) for a in listed] == [("Kino", "LV", "a=b")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a FILE to import, or use --list."),
        ([FILES / "messy.csv", "--map", "x"], "'x' must look like COLUMN=FIELD."),
        ([FILES / "messy.csv", "--map", "x=name"], "There is no column “x”."),
        ([FILES / "README.md"], "No column holds the name."),
    ],
)
def test_a_wrong_call_gets_one_sentence(
    command: Command, arguments: list[str | Path], sentence: str
) -> None:
    told = command("import", *arguments)

    assert told.exit_code in (1, 2)
    assert sentence in told.output
    assert "Traceback" not in told.output
