"""Smaller variants of an exported graph, and the Hub's file names for them."""

import logging
from pathlib import Path

from zeroshot4j_export.errors import ExportError

SUFFIX = {"fp32": "", "int8": "_quantized", "fp16": "_fp16"}


def parse_variants(text: str) -> list[str]:
    """The variants in a list such as fp32,int8. fp32 is always there: the others are made from it."""
    variants = [part.strip() for part in text.split(",") if part.strip()]
    for variant in variants:
        if variant not in SUFFIX:
            raise ExportError(f"variant ({variant}) must be one of {', '.join(SUFFIX)}")
    if "fp32" not in variants:
        raise ExportError(f"variants ({text}) must include fp32: the others are made from it")
    return list(dict.fromkeys(variants))


def file_name(kind: str, variant: str) -> str:
    return f"{kind}_model{SUFFIX[variant]}.onnx"


def write_variant(source: Path, target: Path, variant: str) -> None:
    if variant == "int8":
        _int8(source, target)
    else:
        _fp16(source, target)


def _int8(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)  # it advises a pre-processing step that brings nothing for these graphs
    try:
        # Only the large matrix products: quantizing everything is slower than fp32 on a CPU.
        quantize_dynamic(
            str(source), str(target), op_types_to_quantize=["MatMul", "Gemm"], weight_type=QuantType.QInt8, per_channel=True
        )
    finally:
        root.setLevel(level)


def _fp16(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.transformers.float16 import convert_float_to_float16

    # Inputs and outputs stay fp32, as in the Hub's fp16 files.
    onnx.save(convert_float_to_float16(onnx.load(str(source)), keep_io_types=True), str(target))
