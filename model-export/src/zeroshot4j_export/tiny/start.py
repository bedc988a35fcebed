"""Training that goes on from a model directory: the weights that its graphs hold.

The directory is all that is kept of a run. Its batch norms are within the convolutions, and its large weights were rounded to
16 bits, so that training goes on from the model that ships and not from the one that the checkpoint held.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import numpy_helper
from torch import nn

from zeroshot4j_export.errors import ExportError, one_line

from .files import read_object
from .model import TinyClip, TinyConfig


def _graphs(directory: Path) -> tuple[Path, Path]:
    return directory / "onnx" / "vision_model.onnx", directory / "onnx" / "text_model.onnx"


def digest(directory: Path) -> str:
    """Of the weights of a model directory: the SHA-256 of its two graphs."""
    whole = hashlib.sha256()
    for file in _graphs(directory):
        if not file.is_file():
            raise ExportError(f"{directory} must be a model directory with {file.relative_to(directory)}, found none")
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def load_start(model: TinyClip, directory: Path) -> dict:
    """Fills a model with the weights of a directory that ``export`` wrote; tokens that it does not know keep theirs.

    :return: what the directory tells of its training
    :raises ExportError: if a file is missing or not what ``export`` writes
    :raises ValueError: if its towers are of other sizes
    """
    file = directory / "zeroshot4j.json"
    facts = read_object(file, "logitScale")
    scale, training = facts["logitScale"], facts.get("training")
    if not isinstance(scale, (int, float)) or not 0 < scale < math.inf:
        raise ExportError(f"{file}: logitScale ({scale}) must be a positive number")
    towers = training.get("towers") if isinstance(training, dict) else None
    try:
        found = TinyConfig.of(towers)
    except ValueError as e:
        raise ValueError(f"{file} must hold towers of {model.config}, found {e}") from e
    if found != model.config:
        raise ValueError(f"{file} must hold towers of {model.config}, found {found}")
    with torch.no_grad():
        for tower, graph in zip((model.image, model.text), _graphs(directory), strict=True):
            _load(tower, graph)
        model.log_scale.fill_(float(np.log(scale)))
    return training


def _load(tower: nn.Module, file: Path) -> None:
    try:
        graph = onnx.load(str(file)).graph
    except (OSError, DecodeError) as e:
        raise ExportError(f"{file} must be an ONNX graph, found: {getattr(e, 'strerror', None) or one_line(e)}") from e
    try:
        tower.load_state_dict(_weights(tower, graph))
    except KeyError as e:
        raise ExportError(f"{file} must hold the weights of a tower as export writes it, found no {e}") from e
    except (IndexError, RuntimeError, ValueError) as e:
        raise ExportError(f"{file} must hold the weights of a tower as export writes it, found: {one_line(e)}") from e


def _weights(tower: nn.Module, graph: onnx.GraphProto) -> dict[str, torch.Tensor]:
    """The weights of a graph by the names that the tower has for them."""
    mine = tower.state_dict()
    constants = {i.name.removesuffix("_half"): numpy_helper.to_array(i) for i in graph.initializer}
    stored = {name: torch.from_numpy(c.astype(np.float32)) for name, c in constants.items() if name != "remap"}
    # A product's weights are transposed and lose their name; they come in the order of the layers.
    products = [stored.pop(n.input[1]).T for n in graph.node if n.op_type == "MatMul" and n.input[1] in stored]
    layers = [name for name, m in tower.named_modules() if isinstance(m, nn.Linear)]
    if len(products) != len(layers):
        raise ValueError(f"{len(products)} products with weights instead of {len(layers)}")
    stored |= {f"{name}.weight": w for name, w in zip(layers, products, strict=True)}
    if "remap" in mine:
        stored["tokens.weight"] = _tokens(mine, stored["tokens.weight"], torch.from_numpy(constants["remap"].copy()))
        stored["remap"] = mine["remap"]
    for name, m in tower.named_modules():
        if isinstance(m, nn.BatchNorm2d):  # done already by the convolution before it, but for what that adds
            stored |= {f"{name}.weight": torch.ones_like(m.weight), f"{name}.running_mean": torch.zeros_like(m.running_mean),
                       f"{name}.running_var": torch.full_like(m.running_var, 1 - m.eps),
                       f"{name}.num_batches_tracked": m.num_batches_tracked,
                       f"{name}.bias": stored.pop(f"{name.removesuffix('.1')}.0.bias")}
    return stored


def _tokens(mine: dict, rows: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    """The rows of the tokens, in the order that this model has them."""
    known = (mine["remap"] > 0) & (theirs > 0)
    tokens = mine["tokens.weight"].clone()
    tokens[0] = rows[0]
    tokens[mine["remap"][known]] = rows[theirs[known]]
    return tokens
