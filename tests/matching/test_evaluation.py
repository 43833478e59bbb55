# SPDX-License-Identifier: MIT
"""Measures, and the two kinds of judged folders."""

import json
from math import log2
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matchmaker.cli.evaluate import evaluate
from matchmaker.matching.measures import (
    gini,
    measure,
    ndcg,
    recall,
    reciprocal_rank,
)
from tests.matching.conftest import MakeActor


def write(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")


def test_measures_by_hand() -> None:
    gains = {"a": 3.0, "b": 1.0, "c": 0.0}
    ranked = ["c", "a", "x", "b"]

    got = (ndcg(ranked, gains), recall(ranked, gains, 2), reciprocal_rank(ranked, gains))

    ideal = 3 + 1 / log2(3)
    assert got == pytest.approx(((3 / log2(3) + 1 / log2(5)) / ideal, 0.5, 0.5))


def test_a_query_without_an_answer_counts_as_nothing_found() -> None:
    judged = {"q": {"a": 1.0}, "r": {"a": 1.0}, "nobody is good": {"a": 0.0}}

    measured = measure({"q": ["a"]}, judged)

    assert measured == {"ndcg@10": 0.5, "recall@10": 0.5, "recall@100": 0.5, "mrr": 0.5}


def test_gini_of_exposure() -> None:
    assert gini([2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0, 9]) == pytest.approx(2 / 3)


@pytest.fixture
def retrieval(tmp_path: Path) -> Path:
    docs = ["weaving wool by hand", "boats in the harbour", "choirs sing"]
    write(tmp_path / "docs.jsonl", [{"id": str(i), "text": t} for i, t in enumerate(docs)])
    write(tmp_path / "queries.jsonl", [{"id": "q", "text": "a boat"}])
    write(tmp_path / "qrels.jsonl", [{"q": "q", "d": "1", "rel": 1}])
    return tmp_path


def test_a_retrieval_folder(retrieval: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(retrieval), "--json"])

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["kind"], report["ndcg@10"], report["mrr"]) == ("retrieval", 1.0, 1.0)
    assert set(report["methods"]) == {"matchmaker", "plain tf-idf", "bm25, stemmed"}
    assert report["methods"]["plain tf-idf"]["ndcg@10"] == 0.0


def test_a_partner_folder(tmp_path: Path, make_actor: MakeActor) -> None:
    pairs = [("da", "boats", "film"), ("fi", "film", "boats"), ("pl", "choir", "games")]
    actors = [make_actor(code, [offer], [seek]) for code, offer, seek in pairs]
    write(
        tmp_path / "actors.jsonl",
        [
            {
                "id": str(i), "country": actor.country, "lang": pairs[i][0],
                "offers": actor.offers[0].text, "seeks": actor.seeks[0].text,
            }
            for i, actor in enumerate(actors)
        ],
    )  # fmt: skip
    write(tmp_path / "judgements.jsonl", [{"query": "0", "candidate": "1", "gain": 3}])

    result = CliRunner().invoke(evaluate, [str(tmp_path)])

    assert result.exit_code == 0
    assert "3 actors, 1 queries" in result.stdout
    assert "shared sectors" in result.stdout
    assert "Countries of the first ten: FI" in result.stdout


def test_a_folder_that_is_no_collection_gets_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, [str(tmp_path)])

    assert result.exit_code == 1
    assert "is no judged collection" in result.stderr


@pytest.mark.parametrize("line", ["{", '{"q": "q", "d": "1"}', '{"q": "q", "d": "1", "rel": "x"}'])
def test_a_bad_judgement_is_named(line: str, retrieval: Path) -> None:
    (retrieval / "qrels.jsonl").write_text(line)

    result = CliRunner().invoke(evaluate, [str(retrieval)])

    assert result.exit_code == 1
    assert "qrels.jsonl, line 1" in result.stderr
