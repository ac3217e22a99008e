"""Writes screenshots/ anew: ``make screenshots``. Arguments: names of scenes, for only those."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scenes import SCENES, SIZES, THEMES, file_name, take

OUT = Path(__file__).parents[2] / "screenshots"


def main(names: list[str]) -> None:
    """Raises SystemExit where the programs that make PNGs are not there."""
    if missing := [name for name in ("rsvg-convert", "pngquant") if not shutil.which(name)]:
        raise SystemExit(f"not there: {', '.join(missing)}; scripts/picture-packages installs them")
    OUT.mkdir(exist_ok=True)
    wanted = [scene for scene in SCENES if not names or scene.name in names]
    for scene in wanted:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                taken = asyncio.run(take(scene, size, Path(folder)))
            for theme, svg in taken.items():
                written = OUT / f"{file_name(scene, size, theme)}.svg"
                written.write_text(svg)
                _png(written)
                print(written.name)
    if not names:
        _remove_others()


def _png(svg: Path) -> None:
    """Beside it, with few colours, as pictures in a repository should be small."""
    png = str(svg.with_suffix(".png"))
    subprocess.run(["rsvg-convert", str(svg), "-o", png], check=True)
    subprocess.run(["pngquant", "--force", "--output", png, "48", png], check=True)


def _remove_others() -> None:
    """Pictures of scenes that are no more."""
    kept = {file_name(s, size, theme) for s in SCENES for size in SIZES for theme in THEMES}
    for file in OUT.iterdir():
        if file.suffix in {".svg", ".png"} and file.stem not in kept:
            file.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
