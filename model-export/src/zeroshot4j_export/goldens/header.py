"""The header that every golden file carries.

It has no date, so that rewriting the files with the same versions changes no byte; the commit that changed one dates it.
"""

from importlib.metadata import version

LICENCE = "Apache-2.0"


def header(name: str, libraries: tuple[str, ...], notes: tuple[str, ...] = ()) -> dict:
    return {
        "script": f"python -m zeroshot4j_export goldens --only {name}",
        "libraries": " ".join(f"{library}=={version(library).split('+')[0]}" for library in libraries),
        "licence": LICENCE,
        "notes": list(notes),
    }


def comment_lines(head: dict) -> list[str]:
    """The same for files whose comments start with #."""
    lines = [f"# {key}: {value}" for key, value in head.items() if key != "notes"]
    return lines + [f"# {note}" for note in head["notes"]]
