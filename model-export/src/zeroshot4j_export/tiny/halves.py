"""Weights kept as 16-bit floats in a graph that computes with 32 bits: half the bytes, the same speed and results.

The reader turns them into 32-bit floats once, when it opens the graph; no operation ever sees a 16-bit number.
"""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn.utils import fuse_conv_bn_eval

LEAST = 1024  # numbers; smaller tensors (biases, norms) are not worth a cast


def rounded(tower: nn.Module) -> nn.Module:
    """A copy whose large weights are numbers that 16 bits hold, batch norms taken into their convolutions first: what is
    exported from it loses nothing in ``store``."""
    tower = copy.deepcopy(tower).eval()
    for sequence in [m for m in tower.modules() if isinstance(m, nn.Sequential)]:
        for i in range(len(sequence) - 1):
            if isinstance(sequence[i], nn.Conv2d) and isinstance(sequence[i + 1], nn.BatchNorm2d):
                sequence[i], sequence[i + 1] = fuse_conv_bn_eval(sequence[i], sequence[i + 1]), nn.Identity()
    with torch.no_grad():
        for parameter in tower.parameters():
            if parameter.numel() >= LEAST:
                parameter.copy_(parameter.half())
    return tower


def store(path: Path) -> None:
    """Rewrites a graph: each large 32-bit constant that 16 bits hold becomes a 16-bit one behind a cast."""
    model = onnx.load(str(path))
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != TensorProto.FLOAT:
            continue
        values = numpy_helper.to_array(tensor)
        with np.errstate(over="ignore"):
            small = values.astype(np.float16)
        if values.size < LEAST or not np.array_equal(small.astype(np.float32), values):
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(small, name + "_half"))
        casts.append(helper.make_node("Cast", [name + "_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def restore(source: Path, target: Path) -> None:
    """Writes the graph of ``store`` with 32-bit constants again, as tools that look for a product's weights expect them."""
    model = onnx.load(str(source))
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    casts = [n for n in model.graph.node if n.op_type == "Cast" and n.input[0] in constants and n.input[0].endswith("_half")]
    for cast in casts:
        tensor = constants[cast.input[0]]
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float32), cast.output[0]))
        model.graph.node.remove(cast)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
