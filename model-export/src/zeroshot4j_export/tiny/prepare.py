"""From packages to tensors: one call, repeatable, nothing done twice."""

from __future__ import annotations

import logging
from pathlib import Path

import torch

from zeroshot4j_export.target import whole_file

from . import artwork, bank, concepts, sources
from .batches import Data
from .compose import Composer

log = logging.getLogger(__name__)

PHOTO_CROPS, PROCEDURAL = 2500, 2500


def prepare(work: Path, seed: int = 1) -> None:
    """Fetches the packages, rasterises the cut-outs and writes ``bank.pt`` with all that training reads."""
    sources.fetch(work)
    listed = concepts.load()
    cutouts = artwork.collect(work, listed)
    chosen = bank.training_set(cutouts)
    names = sorted({c.concept for c in chosen})
    log.info("%d concepts, %d cut-outs to train on", len(names), len(chosen))
    left_out = sorted({c.name for c in listed} - set(names))
    if left_out:
        log.warning("concepts with fewer than %d pictures are left out: %s", bank.MINIMUM_PICTURES, ", ".join(left_out))
    row = {n: i for i, n in enumerate(names)}
    content = {"concepts": names, "classes": torch.tensor([row[c.concept] for c in chosen]),
               "weights": bank.weights(chosen),
               "wholeness": bank.wholeness(chosen), "cutouts": bank.cutout_bank(work, chosen),
               "backgrounds": bank.background_bank(work, PHOTO_CROPS, PROCEDURAL, seed)}
    with whole_file(work / "bank.pt") as file:
        torch.save(content, file)


def load_data(work: Path, window_px: int) -> Data:
    """:param window_px: the side of the windows to compose"""
    stored = torch.load(work / "bank.pt", weights_only=True)
    by_name = {c.name: c for c in concepts.load()}
    return Data([by_name[n] for n in stored["concepts"]], stored["classes"],
                Composer(stored["cutouts"], stored["backgrounds"], window_px), stored.get("weights"), stored.get("wholeness"))
