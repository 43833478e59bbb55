# SPDX-License-Identifier: MIT
"""``matchmaker evaluate``: how good the matching is on a judged collection."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import as_file, files
from pathlib import Path

import click

from matchmaker.matching import MatchingError, Recipe, recipe_from
from matchmaker.matching.evaluation import Report, evaluate_folder

_SHIPPED = "judged"


@click.command("evaluate")
@click.argument(
    "folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--recipe", "recipes", multiple=True,
              type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Weights to measure with; given twice, the two are compared.")  # fmt: skip
@click.option("--ablation", is_flag=True, help="Measure again without each part of the recipe.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(folder: Path | None, recipes: tuple[Path, ...], ablation: bool, as_json: bool) -> None:
    """Measure the matching on a folder of judged texts or partners.

    Texts: docs.jsonl, queries.jsonl, qrels.jsonl. Partners: actors.jsonl, judgements.jsonl.
    Without a folder, on the judged actors that ship with the product. Plain baselines stand
    beside our own numbers; brackets hold 95 % of a bootstrap over the queries.
    """
    try:
        given = [_recipe(path) for path in recipes]
        if folder is not None:
            report = evaluate_folder(folder, given, ablation=ablation)
        else:
            with as_file(files("matchmaker").joinpath("data", _SHIPPED)) as shipped:
                report = evaluate_folder(shipped, given, ablation=ablation)
    except MatchingError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(_plain(report), indent=2, sort_keys=True))
        return
    click.echo(table(report))


def _recipe(path: Path) -> Recipe:
    try:
        return recipe_from(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{path} is no recipe: {error}") from error


def _plain(report: Report) -> dict[str, object]:
    data = asdict(report)
    data["pairs"] = [
        {"query": one, "answer": two, "ndcg@10": value, "queries": n}
        for (one, two), (value, n) in report.pairs.items()
    ]
    return {**report.methods["matchmaker"], **data}


def table(report: Report) -> str:
    """Return the report as lines of text in columns."""
    sizes = ", ".join(f"{size:,} {name}" for name, size in report.sizes.items())
    lines = [f"{report.collection} ({report.kind}): {sizes}; recipe {report.recipe}", ""]
    names = list(report.methods["matchmaker"])
    lines.append(f"{'method':<18}{'ndcg@10':>8}{'':<16}" + "".join(f"{n:>13}" for n in names[1:]))
    for method, values in report.methods.items():
        low, high = report.intervals[method]
        shown = "".join(f"{values[n]:>13.3f}" if n in values else f"{'–':>13}" for n in names[1:])
        lines.append(f"{method:<18}{values['ndcg@10']:>8.3f} [{low:.3f}, {high:.3f}]{shown}")
    for method, (mean, (low, high)) in report.differences.items():
        lines += ["", f"{method} against {report.recipe}: {mean:+.3f} [{low:+.3f}, {high:+.3f}]"]
    if report.ablations:
        ours = report.methods["matchmaker"]["ndcg@10"]
        lines += ["", f"{'without':<18}{'ndcg@10':>8}"]
        for part, value in report.ablations.items():
            lines.append(f"{part:<18}{value:>8.3f} {value - ours:+.3f}")
    lines += _matrix(report)
    if report.countries:
        shares = "  ".join(f"{code} {share:.0%}" for code, share in report.countries.items())
        lines += ["", f"Countries of the first ten: {shares}"]
    return "\n".join(lines)


def _matrix(report: Report) -> list[str]:
    """Lay out nDCG@10 by the languages of query (rows) and answer (columns)."""
    if len(report.pairs) < 2:
        return []
    answers = sorted({two for _, two in report.pairs})
    lines = ["", "nDCG@10 by language of the query (row) and of the answer (column)"]
    lines.append("    " + "".join(f"{code:>6}" for code in answers))
    for one in sorted({one for one, _ in report.pairs}):
        cells = [report.pairs.get((one, two)) for two in answers]
        row = "".join(f"{cell[0]:>6.2f}" if cell else f"{'–':>6}" for cell in cells)
        lines.append(f"{one:<4}{row}")
    return lines
