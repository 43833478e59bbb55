# SPDX-License-Identifier: MIT
"""Files of real life: read in whatever encoding, refused with a sentence that helps."""

from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import RefusedError, UnreadableFileError
from matchmaker.services import importing
from matchmaker.services.importing import Options, read_file
from matchmaker.services.importing.decoding import decode
from matchmaker.services.importing.headers import FIELDS, fold, headings
from tests.conftest import NOON

LISTED = ", ".join(FIELDS)
FILES = Path(__file__).parent.parent / "data" / "importing"

NORDIC = "name;country;does\nBlåbærøen;DK;Vi spiller på gården i Ærøskøbing.\n"
LATVIAN = "name;country;does\nĶēvīte;LV;Mēs spēlējam lelles bērniem šķūnī.\n"
LITHUANIAN = "name;country;does\nŠviesa;LT;Mes šokame gatvėje ir žaidžiame su ugnimi.\n"
POLISH = "name;country;does\nŻółta łódź;PL;Robimy książki i święta dla wsi.\n"
ICELANDIC = "name;country;does\nÞúfan;IS;Við gerum tónlist með ísjökum og þoku.\n"
ESTONIAN = "name;country;does\nÕunaäädikas;EE;Me šokeerime žürii ja mängime öö läbi.\n"


def read(text: str, name: str = "file.csv", **options: Any) -> importing.ReadFile:
    return read_file(name, text.encode(), Options(**options), now=NOON)


def reasons(problems: list[importing.Problem]) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.reason) for problem in problems]


@pytest.mark.parametrize(
    ("text", "codec", "said"),
    [
        (LATVIAN, "utf-8", "UTF-8"),
        (LATVIAN, "utf-8-sig", "UTF-8"),
        (LATVIAN, "utf-16", "UTF-16"),
        (LATVIAN, "utf-16-le", "UTF-16 LE"),
        (LATVIAN, "utf-16-be", "UTF-16 BE"),
        (LATVIAN, "cp1257", "Windows-1257"),
        (LITHUANIAN, "cp1257", "Windows-1257"),
        (POLISH, "cp1250", "Windows-1250"),
        (ICELANDIC, "cp1252", "Windows-1252"),
        (NORDIC, "cp1252", "Windows-1252"),
        (ESTONIAN, "cp1257", "Windows-1257"),
        (LATVIAN + LITHUANIAN + ESTONIAN, "cp1257", "Windows-1257"),
    ],
)
def test_each_encoding_is_recognised(text: str, codec: str, said: str) -> None:
    found = decode(text.encode(codec), file="file.csv")

    assert (found.text, found.encoding) == (text, said)


def test_a_given_encoding_is_obeyed() -> None:
    data = "name;country\nŠviesa;LT\n".encode("cp1257")

    found = read_file("a.csv", data, Options(encoding="windows-1257"), now=NOON)

    assert [entry.profile.who.name for entry in found.entries] == ["Šviesa"]
    assert found.report.encoding_evidence == "as given"


@pytest.mark.parametrize(
    ("data", "encoding", "sentence"),
    [
        (b"name\nK\xe4\n", "utf-8", "a.csv is not in the encoding utf-8: line 2 cannot be read."),
        (b"name\n", "rot13", "The encoding rot13 is unknown. Try utf-8, utf-16, cp1257 or cp1252."),
        (b"name\n", "x\0y", "The encoding x\0y is unknown. Try utf-8, utf-16, cp1257 or cp1252."),
        (b"PK\x03\x04...", None,
         "a.csv is an Excel workbook or another packed file. Save it as CSV."),
        (b"%PDF-1.7", None, "a.csv is a PDF. A table is needed: save it as CSV."),
        (b"name\n\x01\x02\x03\x04", None,
         "a.csv does not look like text. Save the table as CSV and try again."),
        (b"\xff\xfen\0a\0m", None,
         "a.csv looks like UTF-16 and is damaged. Save it again as UTF-8."),
        (b"", None, "a.csv is empty."),
        (b"\xef\xbb\xbf \r\n", None, "a.csv is empty."),
        (b"[{}]", None, "No column holds the name. The columns are: [{}]. "
         'Say which one it is, like this: --map "[{}]=name"'),
        (b"name\n" + b"a\n" * 20_001, None,
         "a.csv has more than 20000 rows. Split it into smaller files."),
        (b"a," * 100 + b"name\n", None,
         "a.csv has 101 columns; up to 100 can be read. Leave some out."),
        (b"name\n" + b"x" * 10_000_000, None,
         "a.csv is bigger than 10 MB. Split it into smaller files."),
        (b'name,country\nA,LV\n"B,LV\nC,LV\n', None,
         "a.csv: the row that starts in line 3 never ends. Close its quotation mark."),
        (b"name\n" + b"x" * 250_000, None,
         "a.csv: the row that starts in line 2 never ends. Close its quotation mark."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gets_one_sentence(
    data: bytes, encoding: str | None, sentence: str
) -> None:
    with pytest.raises((UnreadableFileError, RefusedError)) as caught:
        read_file("a.csv", data, Options(encoding=encoding), now=NOON)

    assert str(caught.value) == sentence


def test_damaged_utf8_is_read_and_said() -> None:
    data = LATVIAN.encode() * 20 + b"Sv\xffd;LV;\n"

    found = read_file("a.csv", data, Options(), now=NOON)

    assert found.report.warnings[0].reason == "1 characters of the file are damaged and show as �."


# Rows and columns


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("name,country\nA,LV\n", "comma"),
        ("name;country\nA;LV\n", "semicolon"),
        ("name\tcountry\r\nA\tLV\r\n", "tab"),
        ("name|country\rA|LV\r", "bar"),
        ("sep=;\nname;country\nA;LV\n", "semicolon"),
        ("\n\nname;country\n\nA;LV", "semicolon"),
        ("name;country;does\nA;LV;One, two, three, four\n", "semicolon"),
    ],
)
def test_the_separator_is_found(text: str, separator: str) -> None:
    found = read(text)

    assert found.report.separator == separator
    who = found.entries[0].profile.who
    assert (who.name, who.country) == ("A", "LV")


HEADINGS = {
    "organisationName": "name",
    "Nimi": "name",
    "Nosaukums": "name",
    "Pavadinimas": "name",
    "Land": "country",
    "Państwo": "country",
    "E-mail": "contact_email",
    "Netfang": "contact_email",
    "El. paštas": "contact_email",
    "Verkkosivut": "website",
    "Wir suchen": "seeks",
    "working_langs": "working_languages",
    "Year founded": "year_founded",
}


def test_headings_are_known_in_eleven_languages_and_each_stands_for_one_field() -> None:
    assert set(headings().values()) == set(FIELDS)
    assert {heading: headings()[fold(heading)] for heading in HEADINGS} == HEADINGS


def test_mapping_by_hand_joins_texts_ignores_and_wins() -> None:
    text = "Org,Titel,Objectives,Land\nHaus,Ein Titel,Ein Text,DE\n"

    found = read(text, mapped={"org": "name", "Titel": "does", "Objectives": "does", "Land": "-"})

    entry = found.entries[0]
    assert (entry.profile.who.name, entry.profile.what.does) == ("Haus", "Ein Titel\nEin Text")
    assert entry.profile.who.country == ""
    assert found.report.ignored == ["Land"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"mapped": {"b": "name"}}, "There is no column “b”. The columns are: a, country."),
        ({"mapped": {"a": "nam"}}, f"There is no field “nam”. The fields are: {LISTED}."),
        ({"mapped": {"a": "name", "country": "name"}},
         "Two columns are mapped to name, which holds one value. Choose one."),
        ({"defaults": {"land": "LV"}}, f"There is no field “land”. The fields are: {LISTED}."),
        ({}, "No column holds the name. The columns are: a, country. "
         'Say which one it is, like this: --map "a=name"'),
    ],
)  # fmt: skip
def test_a_wrong_mapping_gets_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RefusedError) as caught:
        read("a,country\nA,LV\n", **options)

    assert str(caught.value) == sentence


def test_a_messy_file_is_told_row_by_row() -> None:
    data = (FILES / "messy.csv").read_bytes()

    found = read_file("messy.csv", data, Options(), now=NOON)

    assert reasons(found.report.refused) == [
        (5, "Valsts", "Spain is outside the Baltic Sea region."),
        (6, "Nosaukums", "The name is missing."),
        (8, "ID", "This id stands in line 2 already."),
        (
            9,
            "",
            "The row has 11 cells and the heading 9. Check its separators and quotation marks.",
        ),
    ]
    assert reasons(found.report.warnings) == [
        (
            7,
            "Mājaslapa",
            "“javascript:alert(1)” is not a web address. Write it like https://example.org.",
        ),
        (7, "Dibināts", "Not a year up to now; left empty."),
        (7, "Nozare", "Not in the list; kept as “other” in these words."),
        (7, "E-pasts", "Not an e-mail address; left empty."),
    ]
    assert [(e.line, e.profile.who.name) for e in found.entries] == [
        (2, "Kino Ziemeļi"), (4, 'SIA "Kino Ziemeli"'), (7, "Galerija Bura"), (10, "=Formula"),
    ]  # fmt: skip
    assert found.report.ignored == ["Reg. nr."]
