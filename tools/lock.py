# SPDX-License-Identifier: MIT
"""Write the hash-locked requirements from pyproject.toml; no address gets into them."""

import subprocess
import sys
from pathlib import Path

LOCKS = {
    "core": [],
    "server": ["postgres", "server"],
    "cluster": ["cluster", "fast"],
    "dev": ["dev", "browser"],
}
ROOT = Path(__file__).parents[1]


def main(uv: str) -> None:
    for name, extras in LOCKS.items():
        command = [
            *(uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11"),
            *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
            *("--no-header", "--no-annotate", "--quiet"),
            *(part for extra in extras for part in ("--extra", extra)),
            *("--output-file", f"requirements/{name}.txt"),
        ]
        subprocess.run(command, cwd=ROOT, check=True)
        assert "://" not in (ROOT / "requirements" / f"{name}.txt").read_text()


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).absolute()))
