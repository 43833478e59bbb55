# SPDX-License-Identifier: MIT
"""``matchmaker evaluate``: how good the matching is on a judged collection."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from matchmaker.matching import MatchingError, recipe_version
from matchmaker.matching.evaluation import Report, evaluate_folder


@click.command("evaluate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def evaluate(folder: Path, as_json: bool) -> None:
    """Measure the matching on a folder of judged texts or partners.

    Texts: docs.jsonl, queries.jsonl, qrels.jsonl. Partners: actors.jsonl, judgements.jsonl.
    Plain baselines stand beside our own numbers.
    """
    try:
        report = evaluate_folder(folder)
    except MatchingError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        ours = report.methods["matchmaker"]
        data = {"recipe": recipe_version, **ours, **asdict(report)}
        click.echo(json.dumps(data, indent=2, sort_keys=True))
        return
    click.echo(table(report))


def table(report: Report) -> str:
    """Return the report as lines of text in columns."""
    sizes = ", ".join(f"{size:,} {name}" for name, size in report.sizes.items())
    lines = [f"{report.collection} ({report.kind}): {sizes}; recipe {recipe_version}", ""]
    names = list(report.methods["matchmaker"])
    lines.append(f"{'method':<16}" + "".join(f"{name:>12}" for name in names))
    for method, values in report.methods.items():
        lines.append(f"{method:<16}" + "".join(f"{values[name]:>12.3f}" for name in names))
    if report.countries:
        shares = "  ".join(f"{code} {share:.0%}" for code, share in report.countries.items())
        lines += ["", f"Countries of the first ten: {shares}"]
    return "\n".join(lines)
