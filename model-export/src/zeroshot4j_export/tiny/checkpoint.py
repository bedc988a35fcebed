"""What is read from a checkpoint of training: whether a run may go on from it, its model, and what a card tells of it."""

from __future__ import annotations

import logging
from pathlib import Path

import torch

from zeroshot4j_export.errors import one_line

from .model import TinyClip, TinyConfig
from .options import TrainOptions

log = logging.getLogger(__name__)

RESULT = ("step", "elapsed", "config", "tokens", "concepts", "averaged")
WHOLE = (*RESULT, "model", "optimizers")  # what a run needs to go on


def read(file: Path, parts: tuple[str, ...] = RESULT) -> dict:
    """The state that ``Trainer.save`` wrote.

    :raises ValueError: if the file is none of its, or lacks one of the parts
    """
    if not file.is_file():
        raise ValueError(f"{file} must be a checkpoint of training, found no file")
    try:
        state = torch.load(file, weights_only=True, map_location="cpu")
    except Exception as e:  # unpickling what is no pickle fails in many ways
        raise ValueError(f"{file} must be a checkpoint of training, found: {one_line(e).split('. ')[0]}") from e
    lacking = [p for p in parts if p not in state] if isinstance(state, dict) else parts
    if lacking:
        raise ValueError(f"{file} must be a checkpoint of training, found no {', '.join(lacking)} in it")
    return state


def check_options(file: Path, state: dict, mine: dict) -> None:
    """Refuses to go on with other options (``TrainOptions.fixed``) than those that the run was begun with.

    A schedule that changes on the way, or another seed, would end in a model that no command makes again.

    :raises ValueError: if one differs
    """
    if "options" not in state:
        # Written before options were stored. Hours of training are not to be thrown away for that: whoever goes on is
        # warned, and refused only where the schedule asked for is shown to be another one.
        if state["step"] > mine["steps"]:
            raise ValueError(f"steps ({mine['steps']}) must be at least the {state['step']} steps of {file}")
        log.warning("%s does not say which options it was begun with: %s are taken", file, mine)
        return
    found = _options(state)
    differ = [k for k in mine if mine[k] != found[k]]
    if differ:
        asked, begun = (", ".join(f"{k} {values[k]}" for k in differ) for values in (mine, found))
        raise ValueError(f"options ({asked}) must be those that {file} was begun with, found {begun}; "
                         "give these, or delete it to start anew")


def _options(state: dict) -> dict:
    """An option that is younger than the checkpoint had its default."""
    return {**TrainOptions().fixed(), **state["options"]}


def mean_model(files: list[Path]) -> TinyClip:
    """The averaged model of a run; of several, the mean of their weights, which is often better than each alone (Wortsman
    et al., Model soups, ICML 2022). They must have gone on from the same weights: others have no mean that means anything.

    :raises ValueError: if they differ in more than their seeds
    """
    states = _runs(files)
    first = states[0]
    model = TinyClip(TinyConfig.of(first["config"]), first["tokens"], len(first["concepts"]) + 1)
    weights = [state["averaged"] for state in states]
    model.load_state_dict({name: torch.stack([w[name] for w in weights]).mean(0) if value.is_floating_point() else value
                           for name, value in weights[0].items()})
    return model.eval()


def training_facts(files: list[Path], remark: str = "") -> dict:
    """What a model card tells of the runs that checkpoints come from, and of the model that these went on from.

    :raises ValueError: as ``mean_model``
    """
    states = _runs(files)
    first, options = states[0], states[0].get("options", {})
    facts = {"steps": sum(state["step"] for state in states), "batch": options.get("batch", 128),
             "rate": options.get("learning_rate"),
             "minutes": round(sum(state["elapsed"] for state in states) / len(states) / 60), "remark": remark,
             "towers": first["config"], "seeds": [state["options"]["seed"] for state in states] if len(states) > 1 else None,
             "before": first.get("before")}
    return {name: value for name, value in facts.items() if value is not None}


def _runs(files: list[Path]) -> list[dict]:
    states = [read(file) for file in files]
    first = states[0]
    for file, state in zip(files[1:], states[1:], strict=True):
        if any(state[k] != first[k] for k in ("config", "tokens", "concepts")):
            raise ValueError(f"{file} must be of the towers and concepts of {files[0]}")
    if len(files) > 1:
        why = _unlike(files, states)
        if why:
            raise ValueError(f"{', '.join(map(str, files))} must be runs that went on from the same weights with the same "
                             f"options and a seed each, found {why}")
    return states


def _unlike(files: list[Path], states: list[dict]) -> str | None:
    """Why several runs have no mean, if so."""
    for file, state in zip(files, states, strict=True):
        if "options" not in state:
            return f"no options in {file}"
        if not state.get("before"):
            return f"nothing in {file} that it went on from"
        if state["before"] != states[0]["before"]:
            return f"another training before in {file} than in {files[0]}"
    options = [_options(state) for state in states]
    differ = sorted({k for o in options for k in o if k != "seed" and o[k] != options[0].get(k)})
    if differ:
        return "; ".join(f"{k} {', '.join(str(o.get(k)) for o in options)}" for k in differ)
    seeds = [o["seed"] for o in options]
    return f"seeds {', '.join(map(str, seeds))}" if len(set(seeds)) < len(seeds) else None
