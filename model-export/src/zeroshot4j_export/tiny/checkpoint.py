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
    return mean_model([file])


def mean_model(files: list[Path]) -> TinyClip:
    """The mean of the averaged weights of runs that went on from the same weights: better than each alone (Wortsman et al.,
    Model soups, ICML 2022).

    :raises ValueError: if they are not of the same towers, tokens and concepts
    """
    states = [torch.load(file, weights_only=True, map_location="cpu") for file in files]
    for file, state in zip(files, states, strict=True):
        if any(state[k] != states[0][k] for k in ("config", "tokens", "concepts")):
            raise ValueError(f"{file} must be of the towers and concepts of {files[0]}")
    config = {k: tuple(v) if isinstance(v, list) else v for k, v in states[0]["config"].items()}
    model = TinyClip(TinyConfig(**config), states[0]["tokens"], len(states[0]["concepts"]) + 1)
    weights = [state["averaged"] for state in states]
    model.load_state_dict({name: torch.stack([w[name] for w in weights]).mean(0) if value.is_floating_point() else value
                           for name, value in weights[0].items()})
    return model.eval()


def training_facts(files: list[Path], remark: str = "") -> dict:
    """What a model card tells of the runs that checkpoints come from, and of the model that these went on from."""
    states = [torch.load(file, weights_only=True, map_location="cpu") for file in files]
    first = states[0]
    facts = {"steps": sum(state["step"] for state in states), "batch": first.get("options", {}).get("batch", 128),
             "minutes": round(first["elapsed"] / 60), "remark": remark, "towers": first["config"]}
    if len(files) > 1:
        facts["seeds"] = [state["options"]["seed"] for state in states]
    return {**facts, "before": first["before"]} if first.get("before") else facts
