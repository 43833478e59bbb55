# SPDX-License-Identifier: MIT
"""Collect the sentences of pages, mails and errors into one catalogue a language.

``make messages`` keeps what is translated, adds what is new (empty), and drops what is gone.
``--missing`` only tells what lacks a translation.
"""

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "matchmaker" / "translations"
LANGUAGES = ("da", "sv", "fi", "et", "lv", "lt", "pl", "de", "nb", "is")
KEYWORDS = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACES = (
    (ROOT / "matchmaker", [("**.py", "python")]),
    (ROOT / "templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
)


def collect() -> Catalog:
    """Return all sentences of the sources, in the order of files."""
    found = Catalog(project="Matchmaker", charset="utf-8")
    for folder, methods in PLACES:
        options = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
        for name, _line, message, comments, context in extract_from_dir(
            folder, methods, options, KEYWORDS, comment_tags=("Translators:",)
        ):
            found.add(
                message,
                locations=[(f"{folder.name}/{name}", 0)],
                auto_comments=comments,
                context=context,
            )
    return found


def main() -> None:
    template = collect()
    only_tell = "--missing" in sys.argv
    for language in LANGUAGES:
        file = FOLDER / language / "messages.po"
        catalogue = Catalog(locale=language, project="Matchmaker")
        if file.is_file():
            with file.open("rb") as stream:
                catalogue = read_po(stream, locale=language)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.fuzzy = False
        catalogue.obsolete.clear()
        missing = [m for m in catalogue if m.id and not all(_strings(m.string))]
        print(f"{language}: {len(catalogue)} sentences, {len(missing)} without a translation")
        if only_tell:
            for message in missing:
                print(f"    {message.id!r}")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            write_po(stream, catalogue, omit_header=False, include_lineno=False, width=100)
        _without_dates(file)


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


def _without_dates(file: Path) -> None:
    """Drop the header's dates and names: they change with every run and say nothing."""
    dropped = tuple(
        f'"{name}'
        for name in (
            "POT-Creation-Date",
            "PO-Revision-Date",
            "Last-Translator",
            "Generated-By",
            "Report-Msgid",
            "Language-Team",
        )
    )
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [
        line
        for line in lines
        if not line.startswith(dropped)
        and not (line.startswith("# ") and ("FIRST AUTHOR" in line or "Copyright" in line))
    ]
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
