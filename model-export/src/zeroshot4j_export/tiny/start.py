"""Training that goes on from a model directory: the weights that its graphs hold.

The directory is all that is kept of a run. Its batch norms are within the convolutions, and its large weights were rounded to
16 bits; for going on with a low rate that is as good as the checkpoint.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from .model import TinyClip, TinyConfig


def load_start(model: TinyClip, directory: Path) -> dict:
    """Fills a model with the weights of a directory that ``export`` wrote; tokens that it does not know keep theirs.

    :return: what the directory tells of its training
    :raises ValueError: if its towers are of other sizes
    """
    facts = json.loads((directory / "zeroshot4j.json").read_text("utf-8"))
    towers = facts.get("training", {}).get("towers")
    found = towers and TinyConfig(**{k: tuple(v) if isinstance(v, list) else v for k, v in towers.items()})
    if found != model.config:
        raise ValueError(f"{directory} must hold towers of {model.config}, found {found}")
    with torch.no_grad():
        _load(model.image, directory / "onnx" / "vision_model.onnx")
        _load(model.text, directory / "onnx" / "text_model.onnx")
        model.log_scale.fill_(float(np.log(facts["logitScale"])))
    return facts["training"]


def _load(tower: nn.Module, file: Path) -> None:
    graph = onnx.load(str(file)).graph
    stored = {i.name.removesuffix("_half"): torch.from_numpy(numpy_helper.to_array(i).astype(np.float32))
              for i in graph.initializer if i.name != "remap"}
    # A product's weights are transposed and lose their name; they come in the order of the layers.
    products = [stored.pop(n.input[1]).T for n in graph.node if n.op_type == "MatMul" and n.input[1] in stored]
    layers = [name for name, m in tower.named_modules() if isinstance(m, nn.Linear)]
    stored |= {f"{name}.weight": w for name, w in zip(layers, products, strict=True)}
    mine = tower.state_dict()
    if "remap" in mine:
        stored["tokens.weight"] = _tokens(mine, stored["tokens.weight"], graph)
        stored["remap"] = mine["remap"]
    for name, m in tower.named_modules():
        if isinstance(m, nn.BatchNorm2d):  # done already by the convolution before it, but for what that adds
            stored |= {f"{name}.weight": torch.ones_like(m.weight), f"{name}.running_mean": torch.zeros_like(m.running_mean),
                       f"{name}.running_var": torch.full_like(m.running_var, 1 - m.eps),
                       f"{name}.num_batches_tracked": m.num_batches_tracked,
                       f"{name}.bias": stored.pop(f"{name.removesuffix('.1')}.0.bias")}
    tower.load_state_dict(stored)


def _tokens(mine: dict, rows: torch.Tensor, graph) -> torch.Tensor:
    """The rows of the tokens, in the order that this model has them."""
    theirs = torch.from_numpy(numpy_helper.to_array(next(i for i in graph.initializer if i.name == "remap")).copy())
    known = (mine["remap"] > 0) & (theirs > 0)
    tokens = mine["tokens.weight"].clone()
    tokens[0] = rows[0]
    tokens[mine["remap"][known]] = rows[theirs[known]]
    return tokens
