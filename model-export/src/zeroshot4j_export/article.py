"""The localization algorithm of the article, step by step in plain numpy, on the scores of the windows.

The algorithm is that of James Briggs' "Zero Shot Object Detection with OpenAI's CLIP"; this is a re-implementation.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Settings:
    """How the article looks at an image; the defaults are those of its function detect."""

    patch: int = 256  # side of a patch in pixels
    window: int = 6  # side of a window in patches
    stride: int = 1  # distance between windows in patches
    passes: int = 3  # of mean-clipping
    threshold: float = 0.5

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Rows and columns of whole patches; what remains at the right and below is dropped."""
        return height // self.patch, width // self.patch


@dataclass(frozen=True)
class Maps:
    """What becomes of one prompt's window scores, all [rows, columns]; box is x0, y0, x1, y1 in pixels, half open."""

    averaged: np.ndarray
    normalised: np.ndarray | None  # None where the map is flat: the article divides by zero there
    box: tuple[int, int, int, int] | None


def localise(scores: np.ndarray, rows: int, columns: int, settings: Settings) -> Maps:
    """All steps behind the model, from scores [window rows, window columns]."""
    mean = averaged(scores, rows, columns, settings.window, settings.stride)
    normalised = min_max(mean_clip(mean, settings.passes))
    return Maps(mean, normalised, box(normalised, settings.threshold, settings.patch))


def averaged(scores: np.ndarray, rows: int, columns: int, window: int, stride: int) -> np.ndarray:
    """The sum of the scores of the windows over a patch, divided by their count, which starts at one."""
    total, runs = np.zeros((rows, columns)), np.ones((rows, columns))
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            top, left = i * stride, j * stride
            area = np.s_[top : top + window, left : left + window]
            total[area] += scores[i, j]
            runs[area] += 1
    return total / runs


def mean_clip(values: np.ndarray, passes: int) -> np.ndarray:
    for _ in range(passes):
        values = np.clip(values - values.mean(), 0, np.inf)
    return values


def min_max(values: np.ndarray) -> np.ndarray | None:
    span = values.max() - values.min()
    # One window over all of the grid leaves rounding only, if anything.
    return None if span <= 1e-12 * max(1.0, abs(values.max())) else (values - values.min()) / span


def box(normalised: np.ndarray | None, threshold: float, patch: int) -> tuple[int, int, int, int] | None:
    """From the first to behind the last row and column above the threshold, in pixels: x0, y0, x1, y1."""
    if normalised is None or not (normalised > threshold).any():
        return None
    y, x = np.nonzero(normalised > threshold)
    return tuple(int(v) * patch for v in (x.min(), y.min(), x.max() + 1, y.max() + 1))
