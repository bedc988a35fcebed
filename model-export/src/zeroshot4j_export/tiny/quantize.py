"""The int8 variant of a model directory: its image tower with 8-bit products, beside the tower that is there.

The text tower stays as it is: a service embeds its prompts once, so there is nothing to win.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from zeroshot4j_export import parity
from zeroshot4j_export.clip import OPENAI_MEAN, OPENAI_STD
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.target import whole_directory
from zeroshot4j_export.towers import check_interface
from zeroshot4j_export.variants import file_name, write_variant

from . import halves
from .export import write_json
from .files import read_object
from .scan import ModelDirectory


def quantize(source: Path, out: Path, calibration: tuple[float, float] | None = None, log=print) -> None:
    """Writes ``out``, a copy of the model directory ``source`` with the int8 image tower; replaces one that is there.

    :param calibration: slope and intercept of the presence decision by int8, as fitted by ``calibrate --variant int8``;
        without it the copy has none for int8, as the one of fp32 is of other numbers
    :raises ExportError: if an embedding differs too much from that of the tower that is there
    """
    model = ModelDirectory(source)  # which tells what is wrong with it
    with whole_directory(out, force=True) as directory:
        shutil.copytree(source, directory, dirs_exist_ok=True)
        base, target = (directory / "onnx" / file_name("vision", v) for v in ("fp32", "int8"))
        single = directory / "single.onnx"
        halves.restore(base, single)  # the quantizer takes a weight behind a cast for a result, and leaves it
        write_variant(single, target, "int8")
        single.unlink()
        halves.store(target)
        config = read_object(directory / "config.json", "projection_dim")
        check_interface("vision", target, config["projection_dim"], model.side)
        batches = [row[None] for batch in parity.image_batches(model.side, OPENAI_MEAN, OPENAI_STD) for row in batch]
        result = parity.compare(target, "int8", batches, [model.vision.run(None, {"pixel_values": b})[0] for b in batches])
        log(f"{result}, {target.stat().st_size:,} bytes")
        floor = parity.COSINE_FLOOR["int8"]
        if not result.least_cosine >= floor:  # also when it is not a number
            raise ExportError(f"{target.name}: cosines with fp32 must be {floor} or more, found {result.least_cosine:.4f}")
        facts = read_object(directory / "zeroshot4j.json")
        facts.setdefault("presence", {}).pop("int8", None)
        if calibration:
            slope, intercept = calibration
            facts["presence"]["int8"] = {"slope": round(slope, 4), "intercept": round(intercept, 4)}
        write_json(directory / "zeroshot4j.json", facts)
