"""The course of training: what a run from scratch and one that goes on from a model directory do differently."""

from __future__ import annotations

from pathlib import Path

from .batches import HALF_WAY, difficulty
from .model import ImageTower, TinyClip
from .start import load_start


class FromScratch:
    """All is trained; a plain classifier gets it off its first plateau, and what is hard counts more and more."""

    classifies = True

    def begin(self, model: TinyClip) -> dict | None:
        """Prepares the weights.

        :return: what is known of the training before, if there was one
        """
        return None

    def train(self, tower: ImageTower) -> None:
        """Puts a tower in the mode for a step."""
        tower.train()

    def difficulty(self, progress: float) -> tuple[float, float]:
        return difficulty(progress)

    def presence_weight(self, progress: float) -> float:
        """How much presence and attributes count beside the names."""
        return 0.05 + 0.25 * min(1.0, progress / 0.3)


class GoingOn:
    """The convolutions stay as they are, there is no plateau to get off and no classifier for it, and the windows and weights
    are those of the second half of the schedule."""

    classifies = False

    def __init__(self, directory: Path):
        self.directory = directory

    def begin(self, model: TinyClip) -> dict | None:
        before = load_start(model, self.directory)
        for part in (model.image.stem, model.classifier):
            part.requires_grad_(False)
        return before

    def train(self, tower: ImageTower) -> None:
        tower.train()
        tower.stem.eval()

    def difficulty(self, progress: float) -> tuple[float, float]:
        return difficulty(max(progress, HALF_WAY))

    def presence_weight(self, progress: float) -> float:
        return 0.3
