"""The golden files of the Java tests: every one is written here, from the reference implementation."""

from importlib import import_module
from pathlib import Path

from zeroshot4j_export.errors import ExportError

GOLDENS = ("models", "tokens", "preprocessing", "resize", "windows", "article", "tiny", "maps", "acceptance", "coco", "images")


def repository_root() -> Path:
    """The repository that this package lies in, wherever it is run from."""
    root = Path(__file__).resolve().parents[4]
    if not (root / "model-export" / "pyproject.toml").is_file():
        raise ExportError("the package is not run from a checkout of zeroshot4j; install it with pip install -e, or pass --root")
    return root


def write_goldens(root: Path, only: list[str] | None = None) -> list[Path]:
    written = []
    for name in only or GOLDENS:
        print(f"{name}:")
        files = import_module(f"zeroshot4j_export.goldens.{name}").write(root)
        for path in files:
            print(f"  {path.relative_to(root)}, {path.stat().st_size:,} bytes")
        written += files
    return written
