# SPDX-License-Identifier: MIT
"""``matchmaker rank``: files in, a ranking out, bad lines named."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from matchmaker.cli.rank import rank
from matchmaker.matching.reading import read_actors

GOOD = [
    {"id": "tartu", "name": "Tartu", "country": "ee", "kind": "festival", "city": "Tartu",
     "sectors": ["music"], "lang": "et", "working_langs": ["et", "en"], "does": "Muusikafestival",
     "offers": "Lava ja residentuur", "seeks": ["Nukuteatri etendus", "Koor"], "founded": 1999},
    {"id": "riga", "country": "LV",
     "offers": [{"title": "Leļļu teātra izrāde", "text": "Viesizrāde"}],
     "seeks": "Meklējam festivālu un rezidenci", "lang": "lv", "sectors": "performing_arts, odd"},
    {"id": "oslo", "country": "NO", "lang": "no", "offers": ["Dukketeater"], "seeks": ["Festival"]},
    {"id": "bergen", "country": "no", "lang": "nb", "offers": ["Kor"], "seeks": ["Festivalscene"]},
    {"id": 7, "country": "SE", "offers": None},
]  # fmt: skip
BAD = {
    "not json": "it is not JSON",
    "[1]": "it is a list, and an object is needed",
    '{"country": "EE"}': "it has no id",
    '{"id": "", "country": "EE"}': "it has no id",
    '{"id": "x"}': "it has no country",
    '{"id": "x", "country": "Estonia"}': "country is 'ESTONIA'",
    '{"id": "x", "country": "EE", "offers": 5}': "offers holds a number",
    '{"id": "x", "country": "EE", "sectors": [1]}': "sectors is a list",
    '{"id": "x", "country": "EE", "lang": true}': "lang is true or false",
    '{"id": "tab\\there", "country": "EE"}': "control character",
    '{"id": "tartu", "country": "EE"}': "the id 'tartu' stands in line 1 already",
    "[" * 100_000: "it is not JSON",
}


def lines(*records: Any) -> bytes:
    texts = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    return ("\n".join(texts) + "\n").encode()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(rank, [str(argument) for argument in arguments])


def table(path: Path) -> list[tuple[str, str, float]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(query, candidate, float(score)) for query, candidate, score in rows]


def test_good_lines_are_ranked_across_borders(tmp_path: Path) -> None:
    (tmp_path / "actors.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(*GOOD))

    result = run(tmp_path / "actors.jsonl", "--top", 2, "--output", tmp_path / "out" / "run.tsv")

    found = table(tmp_path / "out" / "run.tsv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert ("riga", "tartu") in {(query, candidate) for query, candidate, _ in found}
    assert not {("oslo", "bergen"), ("bergen", "oslo")} & {(q, c) for q, c, _ in found}
    for key in {query for query, _, _ in found}:
        scores = [score for query, _, score in found if query == key]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) <= 2


@pytest.mark.parametrize(("line", "reason"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_line_is_named_and_the_others_are_ranked(
    line: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "actors.jsonl").write_bytes(lines(*GOOD, "", line))
    (tmp_path / "good.jsonl").write_bytes(lines(*GOOD))
    run(tmp_path / "good.jsonl", "--output", tmp_path / "good.tsv")

    result = run(tmp_path / "actors.jsonl", "--output", tmp_path / "run.tsv")

    assert result.exit_code == 1
    assert f"line {len(GOOD) + 2}: " in result.stderr
    assert reason in result.stderr
    assert table(tmp_path / "run.tsv") == table(tmp_path / "good.tsv")


def test_nothing_to_read_leaves_an_older_file_alone(tmp_path: Path) -> None:
    (tmp_path / "actors.jsonl").write_bytes(b"\xff\xfe\n{}\n")
    (tmp_path / "run.tsv").write_text("older")

    result = run(tmp_path / "actors.jsonl", "--output", tmp_path / "run.tsv")

    assert result.exit_code == 2
    assert "line 1: it is not UTF-8" in result.stderr
    assert (tmp_path / "run.tsv").read_text() == "older"


def test_queries_of_another_file_are_ranked_against_the_pool(tmp_path: Path) -> None:
    (tmp_path / "pool.jsonl").write_bytes(lines(*GOOD))
    asking = {
        "id": "tartu",
        "country": "FI",
        "lang": "fi",
        "seeks": "Nukketeatteri",
        "offers": "Festivaali",
    }
    other = {**asking, "id": "turku"}
    (tmp_path / "queries.jsonl").write_bytes(lines(asking, other))

    result = run(tmp_path / "pool.jsonl", "--queries", tmp_path / "queries.jsonl")

    found = [tuple(line.split("\t")[:2]) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert {query for query, _ in found} == {"tartu", "turku"}
    assert ("tartu", "tartu") not in found
    assert found[found.index(("turku", "oslo")) - 1][0] == "tartu"  # the best of its list


def test_the_same_file_gives_the_same_ranking(tmp_path: Path) -> None:
    (tmp_path / "actors.jsonl").write_bytes(lines(*GOOD))

    first, second = run(tmp_path / "actors.jsonl"), run(tmp_path / "actors.jsonl")

    assert first.stdout
    assert first.stdout == second.stdout


def test_all_shapes_of_texts_are_read() -> None:
    file = read_actors([lines(GOOD[0]), lines(GOOD[1])])

    tartu, riga = file.actors
    assert [passage.text for passage in tartu.seeks] == ["Nukuteatri etendus", "Koor"]
    assert (tartu.country, tartu.working_languages) == ("EE", ("et", "en"))
    assert [passage.text for passage in riga.offers] == ["Leļļu teātra izrāde\nViesizrāde"]
    assert riga.sectors == ("performing_arts", "odd")
    assert riga.offers[0].language == "lv"
