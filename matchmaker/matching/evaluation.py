# SPDX-License-Identifier: MIT
"""How good a ranking is: measures, and the two kinds of judged collections they are taken on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.matching.errors import CollectionError
from matchmaker.matching.fit import products
from matchmaker.matching.partners import PartnerMatcher
from matchmaker.matching.reading import read_actors
from matchmaker.matching.space import TextSpace
from matchmaker.matching.values import ActorText

Gains = Mapping[str, float]  # of the judged documents or candidates of one query
Judgements = Mapping[str, Gains]
Run = Mapping[str, Sequence[str]]  # ranked ids of each query, best first
DEPTH: Final = 100


def ndcg(ranked: Sequence[str], gains: Gains, depth: int = 10) -> float:
    """Return the normalised discounted cumulative gain (Järvelin and Kekäläinen, 2002).

    The gain is the judged grade itself, the discount log2(place + 1). What was not judged
    gains nothing.
    """
    got = sum(gains.get(id_, 0.0) / log2(place + 2) for place, id_ in enumerate(ranked[:depth]))
    best = sorted(gains.values(), reverse=True)[:depth]
    ideal = sum(gain / log2(place + 2) for place, gain in enumerate(best))
    return got / ideal if ideal > 0 else 0.0


def recall(ranked: Sequence[str], gains: Gains, depth: int) -> float:
    """Return the share of the good ones (a gain above 0) among the first ``depth``."""
    good = {id_ for id_, gain in gains.items() if gain > 0}
    return len(good.intersection(ranked[:depth])) / len(good) if good else 0.0


def reciprocal_rank(ranked: Sequence[str], gains: Gains) -> float:
    """Return 1 / place of the first good one; 0 if there is none."""
    return next((1 / (i + 1) for i, id_ in enumerate(ranked) if gains.get(id_, 0) > 0), 0.0)


def measure(run: Run, judgements: Judgements) -> dict[str, float]:
    """Return the mean of each measure over the queries that have at least one good answer."""
    judged = {
        query: gains for query, gains in judgements.items() if any(g > 0 for g in gains.values())
    }
    measures: dict[str, Callable[[Sequence[str], Gains], float]] = {
        "ndcg@10": ndcg,
        "recall@10": lambda ranked, gains: recall(ranked, gains, 10),
        "recall@100": lambda ranked, gains: recall(ranked, gains, 100),
        "mrr": reciprocal_rank,
    }
    return {
        name: fmean(of(run.get(query, ()), gains) for query, gains in judged.items())
        if judged
        else 0.0
        for name, of in measures.items()
    }


@dataclass(frozen=True, slots=True)
class Report:
    """Measures by method, our own first, and what the collection holds."""

    collection: str
    kind: str  # "retrieval" or "partners"
    sizes: Mapping[str, int]
    methods: Mapping[str, Mapping[str, float]]
    countries: Mapping[str, float]  # share of each country among the first ten; partners only


def evaluate_folder(folder: Path) -> Report:
    """Measure on a folder of judged texts or partners.

    Raises
    ------
    CollectionError
        The folder holds neither kind of collection, or a line of it cannot be read.
    """
    if (folder / "docs.jsonl").is_file():
        return evaluate_retrieval(folder)
    if (folder / "actors.jsonl").is_file():
        return evaluate_partners(folder)
    raise CollectionError(
        "%(folder)s is no judged collection. It needs docs.jsonl, queries.jsonl and qrels.jsonl, "
        "or actors.jsonl and judgements.jsonl.",
        folder=str(folder),
    )


def evaluate_retrieval(folder: Path) -> Report:
    """Measure `TextSpace` on docs.jsonl, queries.jsonl and qrels.jsonl."""
    docs, queries = _records(folder / "docs.jsonl", "id"), _records(folder / "queries.jsonl", "id")
    texts = [f"{doc.get('title') or ''}\n{doc.get('text') or ''}".strip() for doc in docs]
    asked = [str(query.get("text") or "") for query in queries]
    judgements = _judgements(folder / "qrels.jsonl", "q", "d", "rel")
    doc_ids, query_ids = [str(d["id"]) for d in docs], [str(q["id"]) for q in queries]
    space = TextSpace().fit(texts)
    similar = products(space.transform_queries(asked), space.transform(texts))
    plain = TfidfVectorizer()
    baseline = np.asarray((plain.fit_transform(texts) @ plain.transform(asked).T).todense()).T
    runs = {"matchmaker": similar, "plain tf-idf": baseline}
    return Report(
        folder.name, "retrieval",
        {"documents": len(docs), "queries": len(queries)},
        {name: measure(_run(s, query_ids, doc_ids), judgements) for name, s in runs.items()},
        {},
    )  # fmt: skip


def evaluate_partners(folder: Path) -> Report:
    """Measure `PartnerMatcher` on actors.jsonl and judgements.jsonl."""
    with _opened(folder / "actors.jsonl") as lines:
        file = read_actors(lines)
    if file.bad:
        raise _bad(folder / "actors.jsonl", file.bad[0].number, file.bad[0].reason)
    judgements = _judgements(folder / "judgements.jsonl", "query", "candidate", "gain")
    actors = file.actors
    matcher = PartnerMatcher(DEPTH).fit(actors)
    ours: dict[str, list[str]] = {actor.key: [] for actor in actors}
    for i, j, _ in matcher.suggest():
        ours[actors[i].key].append(actors[j].key)
    runs: dict[str, Run] = {"matchmaker": ours, **partner_baselines(actors)}
    good = [key for key in judgements if key in ours]
    country = {actor.key: actor.country for actor in actors}
    methods = {}
    for name, run in runs.items():
        shown = {key for ranked in run.values() for key in ranked[:10]}
        coverage = len(shown) / len(actors) if actors else 0.0
        methods[name] = {**measure(run, judgements), "coverage": coverage}
    places = [country[key] for query in good for key in ours[query][:10]]
    shares = {code: places.count(code) / len(places) for code in sorted(set(places))}
    sizes = {"actors": len(actors), "queries": len(judgements)}
    return Report(folder.name, "partners", sizes, methods, shares)


def partner_baselines(actors: Sequence[ActorText]) -> dict[str, Run]:
    """Rank by what anybody would try first: whole profiles as text, and shared sectors."""
    texts = [
        "\n".join([a.does.text, *(p.text for p in a.offers), *(p.text for p in a.seeks)])
        for a in actors
    ]
    keys = [actor.key for actor in actors]
    abroad = np.array([[a.country != b.country for b in actors] for a in actors])
    sectors = np.array(
        [[len(set(a.sectors) & set(b.sectors)) for b in actors] for a in actors], dtype=np.float64
    )
    try:
        rows = TfidfVectorizer().fit_transform(texts)
        cosine = np.asarray((rows @ rows.T).todense())
    except ValueError:  # no words at all
        cosine = np.zeros_like(sectors)
    return {
        "plain tf-idf": _run(cosine * abroad, keys, keys),
        "shared sectors": _run(sectors * abroad, keys, keys),
    }


def _run(scores: Any, queries: Sequence[str], ids: Sequence[str]) -> dict[str, list[str]]:
    """Rank ids by their positive scores; of equal ones the earlier first."""
    run = {}
    for query, row in zip(queries, np.asarray(scores), strict=True):
        order = np.argsort(-row, kind="stable")[:DEPTH]
        run[query] = [ids[i] for i in order if row[i] > 0]
    return run


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise CollectionError(
            "%(path)s cannot be read: %(reason)s.", path=str(path), reason=str(error.strerror)
        ) from error


def _records(path: Path, *needed: str) -> list[dict[str, Any]]:
    """Read JSON objects that have the needed keys; the first bad line stops the reading."""
    found = []
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError:
                raise _bad(path, number, "it is not JSON") from None
            missing = [k for k in needed if not isinstance(record, dict) or k not in record]
            if missing:
                raise _bad(path, number, f"{missing[0]} is missing")
            found.append(record)
    return found


def _judgements(path: Path, query: str, answer: str, grade: str) -> dict[str, dict[str, float]]:
    judged: dict[str, dict[str, float]] = {}
    for number, record in enumerate(_records(path, query, answer, grade), start=1):
        try:
            gain = float(record[grade])
        except (TypeError, ValueError):
            raise _bad(path, number, f"{grade} is not a number") from None
        judged.setdefault(str(record[query]), {})[str(record[answer])] = gain
    return judged


def _bad(path: Path, number: int, reason: str) -> CollectionError:
    return CollectionError(
        "%(path)s, line %(number)s: %(reason)s.", path=str(path), number=number, reason=reason
    )


def gini(counts: Iterable[float]) -> float:
    """Return the Gini coefficient of exposure, from 0 (all alike) towards 1 (one has all)."""
    values = np.sort(np.asarray(list(counts), dtype=np.float64))
    if len(values) == 0 or values.sum() == 0:
        return 0.0
    places = np.arange(1, len(values) + 1)
    return float((2 * places - len(values) - 1) @ values / (len(values) * values.sum()))
