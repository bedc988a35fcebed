"""The steps of the article's algorithm on seeded window scores, and what its notebook printed."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from zeroshot4j_export import article as steps
from zeroshot4j_export.article import box, mean_clip, min_max
from zeroshot4j_export.goldens.header import comment_lines, header

NAME = "article"
DIRECTORY = "core/src/test/resources/goldens/article"
COLUMNS = "name,rows,cols,window,stride,passes,threshold,patch,scores,averaged,clipped,normalised,xmin,ymin,xmax,ymax"
NOTES = (
    "scores: one per window, windows in row-major order; averaged, clipped, normalised: rows x cols, row-major; all separated",
    "by spaces and printed so that they parse to the same double. A column can exceed 4096 characters.",
    "averaged = sum of the scores of the windows over a patch / (1 + their count); clipped = passes times clip(x - mean(x), 0);",
    "normalised = (x - min) / (max - min); box = patches with normalised > threshold, times patch, half-open pixels.",
    "normalised and the box are empty where clipped is flat: the article divides by zero there.",
    "Computed in float64; sums in another order may differ in the last digits (1e-12 is a fair tolerance).",
)


@dataclass(frozen=True)
class Case:
    name: str
    rows: int
    cols: int
    window: int
    stride: int
    passes: int
    scores: str  # how the window scores are made, see window_scores
    threshold: float = 0.5
    patch: int = 256


CASES = (
    Case("article_size_bump_1_pass", 20, 13, 6, 1, 1, "bump"),
    Case("article_size_bump_3_passes", 20, 13, 6, 1, 3, "bump"),
    Case("article_size_window_4", 20, 13, 4, 1, 3, "bump"),
    Case("article_size_constant", 20, 13, 6, 1, 3, "constant"),  # a centred box out of nothing: the visit counts
    Case("article_size_no_clip", 20, 13, 6, 1, 0, "bump"),
    Case("two_bumps_one_box", 16, 16, 4, 1, 3, "two"),
    Case("stride_2", 17, 12, 5, 2, 3, "bump"),  # 5 and 2 leave the last column without a window
    Case("stride_is_window", 12, 9, 3, 3, 1, "bump"),  # no overlap: every patch is visited once
    Case("window_1", 7, 5, 1, 1, 1, "noise"),
    Case("window_1_low_threshold", 7, 5, 1, 1, 1, "noise", threshold=0.1, patch=32),
    Case("window_is_grid", 6, 6, 6, 1, 1, "noise"),  # one window: flat
    Case("one_row", 1, 9, 1, 1, 1, "noise", patch=64),
    Case("wide_window_2", 3, 11, 2, 1, 3, "noise", patch=100),
    Case("negative_scores", 9, 8, 3, 1, 3, "negative", patch=16),
    Case("threshold_0", 8, 8, 3, 1, 3, "bump", threshold=0.0, patch=10),
    Case("threshold_1", 8, 8, 3, 1, 3, "bump", threshold=1.0, patch=10),  # strict: nothing exceeds the maximum
)


def window_scores(case: Case, seed: int) -> np.ndarray:
    """Scores [window rows, window cols] with four decimals, at the level of CLIP's logits."""
    shape = tuple((side - case.window) // case.stride + 1 for side in (case.rows, case.cols))
    rng = np.random.default_rng(seed)
    y, x = np.meshgrid(*(np.linspace(0, 1, n) if n > 1 else np.zeros(1) for n in shape), indexing="ij")

    def bump(cy, cx):
        return 7 * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 0.06)

    values = np.full(shape, 25.0)
    if case.scores != "constant":
        values = 20 + rng.normal(0, 0.6, shape)
    if case.scores == "bump":
        values += bump(0.6, 0.35)
    if case.scores == "two":
        values += bump(0.1, 0.15) + bump(0.9, 0.8)
    if case.scores == "negative":
        values -= 40
    return np.round(values, 4)


def averaged(case: Case, scores: np.ndarray) -> np.ndarray:
    return steps.averaged(scores, case.rows, case.cols, case.window, case.stride)


def write(root: Path) -> list[Path]:
    directory = root / DIRECTORY
    directory.mkdir(parents=True, exist_ok=True)
    lines = [*comment_lines(header(NAME, ("numpy",), NOTES)), COLUMNS]
    for seed, case in enumerate(CASES):
        scores = window_scores(case, seed)
        mean = averaged(case, scores)
        clipped = mean_clip(mean, case.passes)
        normalised = min_max(clipped)
        found = box(normalised, case.threshold, case.patch) or ("", "", "", "")
        facts = (case.name, case.rows, case.cols, case.window, case.stride, case.passes, case.threshold, case.patch)
        lines.append(",".join(map(str, (*facts, *map(_numbers, (scores, mean, clipped, normalised)), *found))))
    table = directory / "article.csv"
    table.write_text("\n".join(lines) + "\n", encoding="ascii")
    return [table, _notebook(directory), _notice(directory)]


def _numbers(values: np.ndarray | None) -> str:
    return "" if values is None else " ".join(repr(float(v)) for v in values.ravel())


def _notebook(directory: Path) -> Path:
    content = json.loads(_data("notebook.json"))
    head = header(NAME, (), ("What the article's notebook itself printed, four decimals.", f"source: {content.pop('source')}"))
    head["licence"] = "MIT, see NOTICE"
    del head["libraries"]  # nothing is computed
    parts = [f'"header": {json.dumps(head, indent=2)}']
    for key, value in content.items():
        rows = ",\n".join(json.dumps(row) for row in value)
        parts.append(f"{json.dumps(key)}: [\n{rows}\n]")
    path = directory / "notebook.json"
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="ascii")
    return path


def _notice(directory: Path) -> Path:
    path = directory / "NOTICE"
    path.write_text(_data("notebook-NOTICE.txt"), encoding="ascii")
    return path


def _data(name: str) -> str:
    return files("zeroshot4j_export.goldens").joinpath("data", name).read_text(encoding="ascii")
