"""Files that are read back: what is not of the kind asked for ends in one clear error that names the file."""

from __future__ import annotations

import json
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line


def read_object(file: Path, *keys: str) -> dict:
    """The one JSON object of a file.

    :raises ExportError: if there is none, or one without these keys
    """
    try:
        content = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise ExportError(f"{file} must be a JSON file, found: {getattr(e, 'strerror', None) or one_line(e)}") from e
    if not isinstance(content, dict):
        raise ExportError(f"{file} must hold one JSON object, found {type(content).__name__}")
    lacking = [k for k in keys if k not in content]
    if lacking:
        raise ExportError(f"{file} must have {' and '.join(keys)}, found no {', '.join(lacking)}")
    return content
