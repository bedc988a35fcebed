"""A directory is written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line


def check_target(out: Path, force: bool, kind: str = "a model directory", mark: str = "config.json") -> None:
    """Also called before a long download or conversion. ``mark`` is the file that such a directory has."""
    parent = out.absolute().parent
    if not parent.is_dir():
        raise ExportError(f"{parent} must be an existing directory: {out.name} is written into it")
    try:  # the only sure way to know: permissions say nothing of a read-only disk
        os.rmdir(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=parent))
    except OSError as e:
        raise ExportError(f"{parent} must be a directory that can be written to, found: {e.strerror or one_line(e)}") from e
    if not out.exists():
        return
    if not force:
        raise ExportError(f"{out} exists; choose another directory or pass --force to replace it")
    if not (out / mark).is_file():
        raise ExportError(f"{out} is not {kind} (no {mark}); --force replaces only those")


@contextmanager
def whole_directory(
    out: Path, force: bool, kind: str = "a model directory", mark: str = "config.json"
) -> Iterator[Path]:
    """A directory beside ``out`` to write into, renamed to ``out`` at the end; gone, and ``out`` untouched, on any error."""
    out = Path(out).absolute()
    check_target(out, force, kind, mark)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    try:
        yield building
        building.chmod(0o755)  # mkdtemp's 0700 is not for a finished directory
        _move(building, out)
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A path beside ``file`` to write to, renamed to ``file`` at the end; gone, and ``file`` untouched, on any error."""
    partial = file.with_name(f"{file.name}.part")
    try:
        yield partial
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)


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
