"""A model directory is written whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zeroshot4j_export.errors import ExportError


def check_target(out: Path, force: bool) -> None:
    """Also called before a long download or conversion."""
    if not out.absolute().parent.is_dir():
        raise ExportError(f"{out.absolute().parent} must be an existing directory: {out.name} is written into it")
    if not out.exists():
        return
    if not force:
        raise ExportError(f"{out} exists; choose another directory or pass --force to replace it")
    if not (out / "config.json").is_file():
        raise ExportError(f"{out} is not a model directory (no config.json); --force replaces only those")


@contextmanager
def whole_directory(out: Path, force: bool) -> Iterator[Path]:
    """A directory beside ``out`` to write into, renamed to ``out`` at the end; gone, and ``out`` untouched, on any error."""
    out = Path(out).absolute()
    check_target(out, force)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        yield building
        building.chmod(0o755)  # mkdtemp's 0700 is not for a finished model
        _move(building, out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _move(building: Path, out: Path) -> None:
    if not out.exists():
        building.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".old", dir=out.parent))
    out.rename(old / out.name)
    try:
        building.rename(out)
    except OSError:
        (old / out.name).rename(out)
        raise
    finally:
        if out.exists():
            shutil.rmtree(old)
