# SPDX-License-Identifier: MIT
"""A fitted text space on disk as plain data: JSON for words, .npy for numbers, no pickle."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from matchmaker.matching.concepts import Concept
from matchmaker.matching.errors import IndexDamagedError
from matchmaker.matching.languages import ALL_LANGUAGES, LanguageScale
from matchmaker.matching.recipe import Recipe
from matchmaker.matching.space import TextSpace

_FORMAT: Final = 3
_HEAD: Final = "space.json"
_CSR: Final = ("data", "indices", "indptr")


def save(folder: Path, space: TextSpace, scale: LanguageScale) -> None:
    """Write beside the folder, then rename: a reader finds the old files or the new ones, whole."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = folder.parent / f".{folder.name}.{secrets.token_hex(4)}"
    beside.mkdir()
    try:
        _write(beside, space, scale)
        if folder.exists():
            old = folder.parent / f".{folder.name}.{secrets.token_hex(4)}.old"
            folder.rename(old)
            beside.rename(folder)
            shutil.rmtree(old)
        else:
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(folder: Path, space: TextSpace, scale: LanguageScale) -> None:
    files: dict[str, str] = {}
    for name, block in space.blocks_.items():
        words = json.dumps(block.terms).encode("ascii")
        files[f"{name}.json"] = _put(folder / f"{name}.json", words)
        files[f"{name}.npy"] = _put_array(folder / f"{name}.npy", block.idf)
    for name, links in (("relatives", space.relatives_), ("companions", space.companions_)):
        for part in _CSR:
            file = f"{name}-{part}.npy"
            files[file] = _put_array(folder / file, getattr(links, part))
    files["usual.npy"] = _put_array(folder / "usual.npy", scale.usual)
    files["stretch.npy"] = _put_array(folder / "stretch.npy", scale.stretch)
    head = {
        "format": _FORMAT,
        "recipe": space.recipe_.to_dict(),
        "languages": ALL_LANGUAGES,
        "floor": scale.floor,
        "texts": space.texts_,
        "concepts": space.concept_index_.digest,
        "files": files,
    }
    _put(folder / _HEAD, json.dumps(head, indent=1).encode("ascii"))


def load(folder: Path, concepts: Sequence[Concept] | None) -> tuple[TextSpace, LanguageScale]:
    """Read a space and its scale.

    Raises
    ------
    IndexDamagedError
        A file is missing, is not what was written, or is of another format.
    """
    try:
        head = json.loads((folder / _HEAD).read_bytes())
        _check(folder, head)
        return _read(folder, head, concepts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(
            "The text space in %(folder)s cannot be read (%(reason)s). "
            "Run the matching again to make a new one.",
            folder=str(folder),
            reason=str(error),
        ) from error


def _check(folder: Path, head: dict[str, Any]) -> None:
    if head["format"] != _FORMAT or tuple(head["languages"]) != ALL_LANGUAGES:
        raise ValueError("it was written by another version")
    for name, digest in head["files"].items():
        if _digest((folder / Path(name).name).read_bytes()) != digest:
            raise ValueError(f"{name} has changed")


def _read(
    folder: Path, head: dict[str, Any], concepts: Sequence[Concept] | None
) -> tuple[TextSpace, LanguageScale]:
    space = TextSpace(concepts, Recipe.from_dict(head["recipe"]))
    space.prepare()
    if head["concepts"] != space.concept_index_.digest:
        raise ValueError("it was learnt with another glossary")
    for name, block in space.blocks_.items():
        terms = json.loads((folder / f"{name}.json").read_bytes())
        idf = np.load(folder / f"{name}.npy", allow_pickle=False)
        if idf.shape != (len(terms),):
            raise ValueError(f"{name} has {len(terms)} terms and numbers of shape {idf.shape}")
        block.restore(terms, idf)
    space.texts_ = {str(code): int(n) for code, n in head["texts"].items()}
    space.ready()
    space.relatives_, space.companions_ = (
        _links(folder, name, space.n_features) for name in ("relatives", "companions")
    )
    usual = np.load(folder / "usual.npy", allow_pickle=False)
    stretch = np.load(folder / "stretch.npy", allow_pickle=False)
    if usual.shape != stretch.shape or usual.shape != (len(ALL_LANGUAGES),) * 2:
        raise ValueError("the scale has another size")
    return space, LanguageScale(usual, stretch, float(head["floor"]))


def _links(folder: Path, name: str, n: int) -> csr_array:
    data, indices, indptr = (
        np.load(folder / f"{name}-{part}.npy", allow_pickle=False) for part in _CSR
    )
    links = csr_array((data, indices, indptr), shape=(n, n))
    links.check_format(full_check=True)
    return links


def _put(path: Path, data: bytes) -> str:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return _digest(data)


def _put_array(path: Path, values: Any) -> str:
    np.save(path, values, allow_pickle=False)
    return _digest(path.read_bytes())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
