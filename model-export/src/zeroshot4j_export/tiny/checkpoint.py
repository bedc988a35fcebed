"""What is read from a checkpoint of training: whether a run may go on from it, its model, and what a card tells of it."""

from __future__ import annotations

import logging
from pathlib import Path

import torch

from .model import TinyClip, TinyConfig

log = logging.getLogger(__name__)


def check_options(file: Path, state: dict, options) -> None:
    """Refuses to go on with other options (``TrainOptions``) than those that the run was begun with.

    A schedule that changes on the way, or another seed, would end in a model that no command makes again.

    :raises ValueError: if one differs
    """
    mine = options.fixed()
    if "options" not in state:
        # Written before options were stored. Hours of training are not to be thrown away for that: whoever goes on is
        # warned, and refused only where the schedule asked for is shown to be another one.
        if state["step"] > options.steps:
            raise ValueError(f"steps ({options.steps}) must be at least the {state['step']} steps of {file}")
        log.warning("%s does not say which options it was begun with: %s are taken", file, mine)
        return
    # An option that is younger than the checkpoint had its default.
    found = {**type(options)().fixed(), **state["options"]}
    differ = [k for k in mine if mine[k] != found[k]]
    if differ:
        asked, begun = (", ".join(f"{k} {values[k]}" for k in differ) for values in (mine, found))
        raise ValueError(f"options ({asked}) must be those that {file} was begun with, found {begun}; "
                         "give these, or delete it to start anew")


def load_model(file: Path) -> TinyClip:
    """The averaged model of a checkpoint, for export and evaluation."""
    state = torch.load(file, weights_only=True, map_location="cpu")
    config = {k: tuple(v) if isinstance(v, list) else v for k, v in state["config"].items()}
    model = TinyClip(TinyConfig(**config), state["tokens"], len(state["concepts"]) + 1)
    model.load_state_dict(state["averaged"])
    return model.eval()


def training_facts(file: Path, remark: str = "") -> dict:
    """What a model card tells of the run that a checkpoint comes from."""
    state = torch.load(file, weights_only=True, map_location="cpu")
    return {"steps": state["step"], "batch": state.get("options", {}).get("batch", 128),
            "minutes": round(state["elapsed"] / 60), "remark": remark, "towers": state["config"]}
