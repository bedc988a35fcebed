"""Boxes fitted to the log-odds of windows: which objects would make the windows say what they say?

Windows and boxes are rows of left, upper, right and lower edge in pixels. What a box predicts for a window is a matrix
[boxes, windows]. Formulas and constants are those of the library's WindowResponse, WindowEvidence, BoxFitter and InstanceFinder,
which say where they come from: response and noise were measured on the development scenes, the others were chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

VISIBLE_ENOUGH, FILLED_SCALE = 0.6, 0.1
FLOOR, CEILING, HIGHEST = 0.27, 1.2, 3
NOISE_VARIANCE, SLIMNESS, LEAST_WEIGHT = 0.08, 2.0, 0.05
STARTS, START_SIZES, START_SHIFTS = 6, (0.45, 0.65, 0.85), (-0.2, 0.0, 0.2)
SHIFTS, LOG_SIZES, LOG_ASPECTS = np.linspace(-0.4, 0.4, 7), np.linspace(-0.7, 0.7, 9), np.linspace(-0.6, 0.6, 5)
MOST, FURTHER, ROUNDS = 8, 2 / 3, 2
# side and shift of the windows of a second look, in lengths of the box
LOOKS = ((1.2, 0, 0), (1.2, 0.4, 0), (1.2, -0.4, 0), (1.2, 0, 0.4), (1.2, 0, -0.4),
         (0.7, 0.3, 0.3), (0.7, -0.3, 0.3), (0.7, 0.3, -0.3), (0.7, -0.3, -0.3))  # fmt: skip
SMALLEST_LOOK = 12
WELL_SEEN, EXPLAINED, SAME_THING = (0.75, 0.4), 0.9, 0.6

Window = tuple[int, int, int, int]


def response(windows: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """How much each window speaks for each box, 0 to 1: it must show much of the object, and the object fill much of it."""
    x = np.minimum(windows[:, 2], boxes[:, None, 2]) - np.maximum(windows[:, 0], boxes[:, None, 0])
    y = np.minimum(windows[:, 3], boxes[:, None, 3]) - np.maximum(windows[:, 1], boxes[:, None, 1])
    shared = np.maximum(x, 0) * np.maximum(y, 0)
    visible, filled = shared / _area(boxes)[:, None], shared / _area(windows)
    return np.minimum(1, visible / VISIBLE_ENOUGH) * -np.expm1(-filled / FILLED_SCALE)


def predicted(windows: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """The level that each box makes each window expect, 0 to 1."""
    return np.maximum(0, (response(windows, boxes) - FLOOR) / (1 - FLOOR))


def _area(boxes: np.ndarray) -> np.ndarray:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


class Evidence:
    """What windows say for a prompt: log-odds, and levels between what the prompt has in this image by and large (0) and what its
    best windows have (1)."""

    def __init__(self, windows: list[Window], odds: np.ndarray):
        self.background = np.median(odds)
        self.top = max(np.sort(odds)[-HIGHEST:].mean(), self.background + 1)
        self.windows, self.odds = np.array(windows, float), np.asarray(odds, float)

    def add(self, windows: list[Window], odds: np.ndarray) -> None:
        """Windows that were looked at later are measured by the levels of the first."""
        self.windows = np.concatenate([self.windows, np.array(windows, float)])
        self.odds = np.concatenate([self.odds, odds])

    def relative(self, odds):
        return (odds - self.background) / (self.top - self.background)

    @property
    def levels(self) -> np.ndarray:
        return np.clip((self.relative(self.odds) - FLOOR) / (1 - FLOOR), 0, CEILING)


@dataclass(frozen=True)
class Fitted:
    """The mean of candidate boxes, and these with their probabilities."""

    edges: np.ndarray
    candidates: np.ndarray
    probabilities: np.ndarray


def certain(edges: np.ndarray) -> Fitted:
    return Fitted(edges, edges[None], np.ones(1))


class Fitter:
    """Fits boxes in an image of a size."""

    def __init__(self, width: int, height: int):
        self.size = width, height
        self.smallest = min(8, min(width, height) / 8)

    def fit(self, evidence: Evidence, weights: np.ndarray) -> Fitted:
        """A box anywhere: near the best first guess in the windows with the most weighted evidence."""
        order = np.argsort(-evidence.levels * weights, kind="stable")[:STARTS]
        windows = evidence.windows[order]
        side, x, y = windows[:, 2] - windows[:, 0], (windows[:, 0] + windows[:, 2]) / 2, (windows[:, 1] + windows[:, 3]) / 2
        i, size, dx, dy = (g.ravel() for g in np.meshgrid(
            np.arange(len(order)), START_SIZES, START_SHIFTS, START_SHIFTS, indexing="ij"))
        half = side[i] * size / 2
        guesses = self._inside(x[i] + dx * side[i], y[i] + dy * side[i], half, half)
        if not len(guesses):
            return self.refit(evidence, weights, evidence.windows[0])
        scores = self._scores(guesses, evidence.windows, evidence.levels, weights)
        return self.refit(evidence, weights, guesses[scores.argmax()])

    def refit(self, evidence: Evidence, weights: np.ndarray, guess: np.ndarray, reaches=(1.0, 0.5)) -> Fitted:
        """The box near a first guess, in rounds; reach 1 is from half to twice the size."""
        w, length = evidence.windows, max(guess[2] - guess[0], guess[3] - guess[1])
        near = ((w[:, 0] < guess[2] + length) & (w[:, 2] > guess[0] - length) & (w[:, 1] < guess[3] + length)
                & (w[:, 3] > guess[1] - length) & (w[:, 2] - w[:, 0] < 8 * length))
        fitted = certain(guess)
        for reach in reaches:
            fitted = self._mean(w[near], evidence.levels[near], weights[near], fitted.edges, reach)
        return fitted

    def _mean(self, windows, levels, weights, guess, reach: float) -> Fitted:
        """The mean of the boxes around a guess, each by its likelihood."""
        length = np.sqrt(_area(guess[None])[0])
        dx, dy, log_size, log_aspect = (g.ravel() for g in np.meshgrid(SHIFTS, SHIFTS, LOG_SIZES, LOG_ASPECTS, indexing="ij"))
        half = length * np.exp(log_size * reach) / 2
        candidates = self._inside(
            (guess[0] + guess[2]) / 2 + dx * reach * length, (guess[1] + guess[3]) / 2 + dy * reach * length,
            half * np.exp(log_aspect / 2), half * np.exp(-log_aspect / 2))  # fmt: skip
        if not len(candidates):
            return certain(guess)
        scores = self._scores(candidates, windows, levels, weights)
        likelihoods = np.exp(scores - scores.max())
        probabilities = likelihoods / likelihoods.sum()
        return Fitted(probabilities @ candidates, candidates, probabilities)

    def _inside(self, x, y, half_width, half_height) -> np.ndarray:
        """Boxes by centre and half sides, cut at the image's edges, those that are too small left out."""
        w, h = self.size
        boxes = np.stack([np.maximum(0, x - half_width), np.maximum(0, y - half_height), np.minimum(w, x + half_width),
                          np.minimum(h, y + half_height)], -1)
        return boxes[(boxes[:, 2] - boxes[:, 0] >= self.smallest) & (boxes[:, 3] - boxes[:, 1] >= self.smallest)]

    @staticmethod
    def _scores(boxes, windows, levels, weights) -> np.ndarray:
        """The logarithm of each box's likelihood, but for a constant: the part of the levels that its best multiple explains,
        over twice the noise's variance, and that slim boxes are unlikely."""
        g = predicted(windows, boxes)
        agreement, squares = g @ (weights * levels), (g * g) @ weights + LEAST_WEIGHT
        log_aspect = np.log((boxes[:, 2] - boxes[:, 0]) / (boxes[:, 3] - boxes[:, 1]))
        return agreement**2 / squares / (2 * NOISE_VARIANCE) - SLIMNESS * log_aspect**2


def same_thing(a: Fitted, b: Fitted) -> bool:
    """Whether a box lies in another by and large: a part of the thing, or what is left of its evidence in wide windows."""
    x = min(a.edges[2], b.edges[2]) - max(a.edges[0], b.edges[0])
    y = min(a.edges[3], b.edges[3]) - max(a.edges[1], b.edges[1])
    return max(0, x) * max(0, y) > SAME_THING * min(_area(np.array([a.edges, b.edges])))


def distinct(likeliest_first: list[tuple[Fitted, float]]) -> list[tuple[Fitted, float]]:
    """From the likeliest down, an object stays unless it is the same thing as one that stayed."""
    kept: list[tuple[Fitted, float]] = []
    for fitted, odds in likeliest_first:
        if not any(same_thing(other, fitted) for other, _ in kept):
            kept.append((fitted, odds))
    return kept


class Finder:
    """Finds the objects that explain what the windows say, one after the other."""

    def __init__(self, size: tuple[int, int], windows: list[Window], odds: np.ndarray):
        self.size, self.fitter, self.evidence = size, Fitter(*size), Evidence(windows, odds)
        self.seen, self.boxes = set(windows), []

    def find(self, worth: float, looks: int, look: Callable[[list[Window]], np.ndarray]) -> list[tuple[Fitted, float]]:
        """Boxes and their log-odds, at least one; what all windows say alike fills the image.

        :param worth: log-odds from which it is worth to look again and for further objects
        :param look: the prompt's log-odds in windows of the image
        """
        evidence = self.evidence
        if not evidence.levels.any():
            return [self.everything()]
        for k in range(MOST):
            weights = self._weights()
            if k and (evidence.relative(evidence.odds) * weights).max() < max(FURTHER, evidence.relative(worth)):
                break
            fitted = self.fitter.fit(evidence, weights)
            if k < looks and evidence.odds.max() >= worth:
                windows = self._around(fitted.edges)
                if windows:
                    self.seen.update(windows)
                    evidence.add(windows, look(windows))
                    fitted = self.fitter.refit(evidence, self._weights(), fitted.edges)
            self.boxes.append(fitted)
            for _ in range(ROUNDS if len(self.boxes) > 1 else 0):
                for j, box in enumerate(self.boxes):
                    self.boxes[j] = self.fitter.refit(evidence, self._weights(j), box.edges, (0.5,))
        return distinct(sorted(((fitted, self._odds(j)) for j, fitted in enumerate(self.boxes)), key=lambda it: -it[1]))

    def everything(self) -> tuple[Fitted, float]:
        """The one object that fills the image."""
        image = np.array([0.0, 0.0, *self.size])
        return certain(image), float(np.sort(self.evidence.odds)[-HIGHEST:].mean())

    def _explained(self, without: int | None) -> np.ndarray:
        """How much of each window all boxes but one explain."""
        others = [b.edges for j, b in enumerate(self.boxes) if j != without]
        windows = self.evidence.windows
        return predicted(windows, np.array(others)).max(0) if others else np.zeros(len(windows))

    def _weights(self, of: int | None = None) -> np.ndarray:
        return (1 - self._explained(of)) ** 2

    def _around(self, box: np.ndarray) -> list[Window]:
        """The windows of a second look that nobody has looked at, inside the image."""
        (w, h), length = self.size, max(box[2] - box[0], box[3] - box[1])
        windows: list[Window] = []
        for share, dx, dy in LOOKS:
            side = min(max(SMALLEST_LOOK, share * length), w, h)
            px = round(side)
            x = min(w - px, round(min(max((box[0] + box[2]) / 2 + dx * length - side / 2, 0), w - side)))
            y = min(h - px, round(min(max((box[1] + box[3]) / 2 + dy * length - side / 2, 0), h - side)))
            windows.append((x, y, x + px, y + px))
        return [v for v in dict.fromkeys(windows) if v not in self.seen]

    def _odds(self, j: int) -> float:
        """The mean of the three highest log-odds among the windows that show the object well; the background's where others
        explain all that show anything of it."""
        responses = response(self.evidence.windows, self.boxes[j].edges[None])[0]
        responses[self._explained(j) > EXPLAINED] = 0
        best = responses.max()
        if best == 0:
            return self.evidence.background
        least = next((level for level in WELL_SEEN if best >= level), best)
        return float(np.sort(self.evidence.odds[responses >= least])[-HIGHEST:].mean())
