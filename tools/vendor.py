# SPDX-License-Identifier: MIT
"""Re-create the third-party files of the pages, for maintainers.

Everything a page loads is committed, so neither set-up nor serving needs node or a
network. `vendor.toml` names each file, where it comes from and its hash. After a version
there is changed:

    python tools/vendor.py            fetch and write every file; fail if a hash differs
    python tools/vendor.py --accept   the same, and write the new hashes into vendor.toml

Packages come through `npm pack`, from whichever registry npm is set to use.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "matchmaker" / "web" / "static" / "vendor" / "vendor.toml"

# What a sprite keeps of an icon: its drawing, without comment, size and colour.
DRAWING = re.compile(r"<svg[^>]*>(?P<body>.*)</svg>", re.DOTALL)


def unpack(package: str, version: str, folder: Path) -> Path:
    """Fetch one package with npm and return the folder of its files."""
    target = folder / re.sub(r"\W+", "-", f"{package}-{version}")
    if not target.exists():
        target.mkdir()
        command = ["npm", "pack", f"{package}@{version}", "--silent"]
        subprocess.run(command, cwd=target, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(target.glob("*.tgz"))) as archive:
            archive.extractall(target, filter="data")
    return target / "package"


def sprite(source: Path, names: list[str]) -> bytes:
    """Join icons to one SVG whose symbols are named `i-<icon>`."""
    parts = ['<svg xmlns="http://www.w3.org/2000/svg">']
    for name in sorted(names):
        found = DRAWING.search((source / f"{name}.svg").read_text("utf-8"))
        if found is None:
            raise ValueError(f"The icon {name} is not an SVG.")
        body = re.sub(r"\s+", " ", found["body"]).replace("> <", "><").strip()
        parts.append(f'<symbol id="i-{name}" viewBox="0 0 24 24">{body}</symbol>')
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def fetched(entries: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Yield each entry of the manifest with the bytes its package holds."""
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries:
            package = unpack(entry["package"], entry["version"], Path(folder))
            source = package / entry["source"]
            if "icons" in entry:
                yield entry, sprite(source, entry["icons"])
            else:
                yield entry, source.read_bytes()


def main() -> int:
    """Write the files; return 1 when one is not what the manifest says."""
    parser = argparse.ArgumentParser(description="Re-create the vendored files.")
    parser.add_argument("--accept", action="store_true", help="write new hashes down")
    accept = parser.parse_args().accept
    manifest = MANIFEST.read_text("utf-8")
    strange = 0
    for entry, content in fetched(tomllib.loads(manifest)["file"]):
        digest = hashlib.sha256(content).hexdigest()
        if digest != entry["sha256"] and not accept:
            print(f"{entry['file']}: expected {entry['sha256']}, got {digest}", file=sys.stderr)
            strange += 1
            continue
        manifest = _noted(manifest, entry["file"], digest)
        path = ROOT / entry["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(f"{entry['file']}: {len(content)} bytes")
    if accept:
        MANIFEST.write_text(manifest, "utf-8")
    return 1 if strange else 0


def _noted(manifest: str, file: str, digest: str) -> str:
    """Write the hash into the entry of `file`."""
    place = re.compile(rf'(file = "{re.escape(file)}"\nsha256 = ")[0-9a-f]*"')
    return place.sub(rf'\g<1>{digest}"', manifest)


if __name__ == "__main__":
    sys.exit(main())
