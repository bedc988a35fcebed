"""The two towers of a CLIP as ONNX graphs, with the names that the Hub's ONNX repositories use."""

import warnings
from pathlib import Path

import onnx
import torch
from torch import nn

from zeroshot4j_export.errors import ExportError

OPSET = 17
NAMES = {"vision": ("pixel_values", "image_embeds"), "text": ("input_ids", "text_embeds")}


class VisionTower(nn.Module):
    """pixel_values [n, 3, s, s], already normalised -> projected embeddings [n, d], not of unit length."""

    def __init__(self, model):
        super().__init__()
        self.vision_model, self.visual_projection = model.vision_model, model.visual_projection

    def forward(self, pixel_values):
        return self.visual_projection(self.vision_model(pixel_values=pixel_values).pooler_output)


class TextTower(nn.Module):
    """input_ids [n, t] with an end of text in every row -> projected embeddings [n, d], not of unit length.

    There is no attention mask: attention is causal, so what follows the end of text cannot reach it.
    """

    def __init__(self, model):
        super().__init__()
        self.text_model, self.text_projection = model.text_model, model.text_projection

    def forward(self, input_ids):
        return self.text_projection(self.text_model(input_ids=input_ids).pooler_output)


def towers(model) -> dict[str, nn.Module]:
    return {"vision": VisionTower(model).eval(), "text": TextTower(model).eval()}


def export_tower(kind: str, tower: nn.Module, example: torch.Tensor, path: Path) -> None:
    """Writes one tower. Only the batch (and the length of the text) may vary; the image's side is fixed."""
    source, target = NAMES[kind]
    axes = {source: {0: "batch_size"}, target: {0: "batch_size"}}
    if kind == "text":
        axes[source][1] = "sequence_length"
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter's deprecation and tracer warnings
        torch.onnx.export(
            tower, (example,), str(path), input_names=[source], output_names=[target],
            dynamic_axes=axes, opset_version=OPSET, dynamo=False,
        )  # fmt: skip


def check_interface(kind: str, path: Path, dimension: int, image_size: int | None = None) -> None:
    """Exactly one input and one output, named, typed and shaped as the reader in Java expects."""
    graph = onnx.load(str(path), load_external_data=False).graph
    initializers = {tensor.name for tensor in graph.initializer}
    found = [_describe(v) for v in graph.input if v.name not in initializers] + [_describe(v) for v in graph.output]
    source, target = NAMES[kind]
    if kind == "vision":
        first = (source, "FLOAT", ("batch_size", 3, image_size, image_size))
    else:
        first = (source, "INT64", ("batch_size", "sequence_length"))
    expected = [first, (target, "FLOAT", ("batch_size", dimension))]
    if found != expected:
        raise ExportError(f"{path.name}: inputs and outputs must be {expected}, found {found}")


def _describe(value) -> tuple:
    tensor = value.type.tensor_type
    shape = tuple(d.dim_param or d.dim_value for d in tensor.shape.dim)
    return value.name, onnx.TensorProto.DataType.Name(tensor.elem_type), shape
