"""python -m zeroshot4j_export tiny COMMAND: the embedded model from its pictures to its figures."""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import sys
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.target import whole_file

from . import DEVICES, STEPS

# glibc returns large blocks to the system after every operation without these, which costs most of the time of a
# training step; they are read when a process starts.
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184",
             "OMP_WAIT_POLICY": "PASSIVE", "ORT_DISABLE_TELEMETRY": "1"}


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    try:
        arguments.run(arguments)
    except (ExportError, OSError, RuntimeError, ValueError) as e:
        print(f"zeroshot4j-export tiny: {one_line(e)}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zeroshot4j-export tiny", description="The embedded tiny model.")
    parser.add_argument("--work", type=Path, default=Path("work"), help="pictures, checkpoints (default: ./work)")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, run, text):
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        return command

    add("prepare", _prepare, "fetch the packages, rasterise and pack the pictures")
    for name, text in (("train", "train, or go on from the last checkpoint"), ("all", "prepare and train")):
        train = add(name, _train if name == "train" else _all, text)
        train.add_argument("--steps", type=int, default=STEPS, help=f"length of the schedule (default: {STEPS})")
        train.add_argument("--minutes", type=float, default=70.0,
                           help="end the schedule after this time at the latest (default: 70; 0: never, "
                                "which alone repeats exactly)")
        train.add_argument("--stop-after", type=int, metavar="N", help="leave after N steps; a later run goes on")
        train.add_argument("--seed", type=int, default=1)
        train.add_argument("--device", choices=DEVICES, default="cpu", help="where training runs (default: cpu)")
        train.add_argument("--batch", type=int, default=128, help="windows a step (default: 128; a GPU wants more)")
        train.add_argument("--rate", type=float, default=1.5e-3, help="learning rate (default: 0.0015)")
        train.add_argument("--start", metavar="MODEL_DIRECTORY", help="go on from the weights of a model directory; "
                           "a lower rate suits that, such as 0.0008")
        train.add_argument("--run", dest="folder", type=Path, metavar="DIR",
                           help="where its checkpoint lies (default: run in the work directory)")
    export = add("export", _export, "checkpoint -> model directory, checked against PyTorch")
    export.add_argument("out", type=Path, metavar="OUT")
    export.add_argument("--checkpoint", type=Path, metavar="FILE", action="append",
                        help="of a run (default: run/checkpoint.pt of the work directory); given again: the mean of the runs")
    export.add_argument("--calibration", type=Path, metavar="FILE", help="slope and intercept, as calibrate writes them")
    export.add_argument("--remark", default="", help="on the circumstances of training, for the model card")
    quantize = add("quantize", _quantize, "a copy of a model directory, with an int8 image tower beside that of fp32")
    quantize.add_argument("model", type=Path, metavar="MODEL_DIRECTORY")
    quantize.add_argument("out", type=Path, metavar="OUT")
    quantize.add_argument("--calibration", type=Path, metavar="FILE", help="of int8, as calibrate --variant int8 writes it")
    calibrate = add("calibrate", _calibrate, "fit the presence decision on sets of the command scenes")
    evaluate = add("evaluate", _evaluate, "retrieval figures, or detection figures on a set of the command scenes")
    for command in (calibrate, evaluate):
        command.add_argument("model", type=Path, metavar="MODEL_DIRECTORY")
        command.add_argument("scenes", type=Path, metavar="SCENES", nargs="?" if command is evaluate else "+")
        command.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    calibrate.add_argument("--variant", choices=("fp32", "int8"), default="fp32", help="of the image tower (default: fp32)")
    evaluate.add_argument("--tool", type=Path, help="the zeroshot launcher; without it a twin in Python is asked")
    evaluate.add_argument("--attributes", action="store_true", help="figures of colours and pairs, not of names")
    evaluate.add_argument("--variants", action="store_true", help="size, time and retrieval of each variant that is there")
    evaluate.add_argument("--half", choices=("tuning", "reporting"),
                          help="of the pictures never trained on; not for SCENES (default: reporting)")
    oracle = add("oracle", _oracle, "what would be found on a set of scenes if a part of the method knew the truth")
    oracle.add_argument("model", type=Path, metavar="MODEL_DIRECTORY")
    oracle.add_argument("scenes", type=Path, metavar="SCENES")
    oracle.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    demo = add("demo", _demo, "compose the demo images of examples/images")
    demo.add_argument("out", type=Path, metavar="OUT")
    card = add("card", _card, "write NOTICE and MODEL_CARD.md beside the model")
    card.add_argument("out", type=Path, metavar="OUT")
    card.add_argument("--figures", type=Path, action="append", default=[], metavar="FILE", help="of evaluate; may be repeated")
    return parser


def _with_allocator() -> None:
    """Starts this process anew with the allocator's settings, if they are not there yet."""
    if any(os.environ.get(k) != v for k, v in ALLOCATOR.items()):
        os.environ.update(ALLOCATOR)
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _prepare(a) -> None:
    from .prepare import prepare

    prepare(a.work)


def _all(a) -> None:
    _with_allocator()
    _options(a).fixed()  # a wrong one is told before all preparations
    if not (a.work / "bank.pt").is_file():
        _prepare(a)
    _train(a)


def _train(a) -> None:
    _with_allocator()
    options = _options(a)
    from .model import TinyConfig
    from .prepare import load_data
    from .train import Trainer

    config = TinyConfig()
    Trainer(load_data(a.work, config.small_size), config, options).run(a.folder or a.work / "run", a.stop_after)


def _options(a):
    from .options import TrainOptions

    return TrainOptions(steps=a.steps, minutes=None if a.minutes == 0 else a.minutes, seed=a.seed, device=a.device, batch=a.batch,
                        learning_rate=a.rate, start=a.start, shards=2 if a.device == "cpu" else 1)


def _export(a) -> None:
    from .checkpoint import mean_model, training_facts
    from .concepts import load
    from .evaluate import known_names
    from .export import export

    trained = set(known_names(a.work))
    checkpoints = a.checkpoint or [a.work / "run" / "checkpoint.pt"]
    export(mean_model(checkpoints), [c for c in load() if c.name in trained], a.out,
           _fit(a.calibration), training_facts(checkpoints, a.remark))


def _fit(file: Path | None) -> tuple[float, float] | None:
    from .files import read_object

    if not file:
        return None
    fit = read_object(file, "slope", "intercept")
    if not all(isinstance(fit[k], (int, float)) and math.isfinite(fit[k]) for k in ("slope", "intercept")):
        raise ExportError(f"{file} must have numbers, found slope {fit['slope']} and intercept {fit['intercept']}")
    return fit["slope"], fit["intercept"]


def _quantize(a) -> None:
    from .quantize import quantize

    quantize(a.model, a.out, _fit(a.calibration))


def _calibrate(a) -> None:
    from .evaluate import calibrate, detection_figures, twin

    evidence = [detection_figures(twin(a.model, a.variant), scenes)["evidence"] for scenes in a.scenes]
    slope, intercept = calibrate(*([v for e in evidence for v in e[of]] for of in ("present", "absent")))
    _report({"slope": slope, "intercept": intercept}, a.out)


def _evaluate(a) -> None:
    if bool(a.scenes) + a.attributes + a.variants > 1:
        raise ExportError("only one must be given of SCENES, --attributes and --variants: each is a measurement of its own")
    if a.tool and not a.scenes:
        raise ExportError("--tool must be given with SCENES: the tool is asked about scenes only")
    if a.half and a.scenes:
        raise ExportError("--half must be given without SCENES: they have splits of their own")
    from .attribute_figures import attribute_figures
    from .evaluate import detection_figures, retrieval_figures, tool, twin
    from .scan import ModelDirectory
    from .variant_figures import variant_figures

    half = a.half or "reporting"
    if a.scenes:
        figures = detection_figures(tool(a.tool) if a.tool else twin(a.model), a.scenes)
        figures["asked"] = "the tool, its defaults" if a.tool else "the Python twin"
    elif a.attributes:
        figures = attribute_figures(ModelDirectory(a.model), a.work, half)
    elif a.variants:
        figures = variant_figures(a.model, a.work, half)
    else:
        figures = retrieval_figures(ModelDirectory(a.model), a.work, half)
    _report(figures, a.out)


def _oracle(a) -> None:
    from .oracle import true_crops, true_windows
    from .scan import ModelDirectory

    _report({"true crops": true_crops(ModelDirectory(a.model), a.scenes), "true windows": true_windows(a.scenes)}, a.out)


def _report(figures: dict, out: Path | None) -> None:
    if out:
        with whole_file(out) as file:
            file.write_text(json.dumps(figures, indent=1) + "\n")
    for name, value in figures.items():
        if name != "evidence":
            print(f"{name}: {value}")


def _demo(a) -> None:
    from .demo import write_demo

    write_demo(a.work, a.out)


def _card(a) -> None:
    from .card import write_card

    write_card(a.work, a.out, a.figures)
