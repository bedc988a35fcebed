"""The command line: python -m zeroshot4j_export COMMAND, or zeroshot4j-export COMMAND."""

import argparse
import sys
from pathlib import Path

from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.goldens import GOLDENS, repository_root, write_goldens
from zeroshot4j_export.hub import locate
from zeroshot4j_export.scenes import IMAGES, SETS, SPLITS
from zeroshot4j_export.target import check_target
from zeroshot4j_export.variants import parse_variants

VARIANTS_HELP = "fp32, int8 (dynamic, of the large matrix products) and fp16, separated by commas"


def main(argv: list[str] | None = None) -> int:
    argv = sys.argv[1:] if argv is None else list(argv)
    if argv[:1] == ["tiny"]:  # it has commands and options of its own
        from zeroshot4j_export.tiny.cli import main as tiny

        return tiny(argv[1:]) or 0
    arguments = _parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except (ExportError, OSError) as e:  # OSError: a full disk, a file that may not be read
        print(f"zeroshot4j-export: {one_line(e)}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="zeroshot4j-export", description="Model directories and golden files for zeroshot4j.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_export(commands)
    _add_random(commands)
    goldens = commands.add_parser("goldens", help="rewrite the golden files of the Java tests")
    goldens.add_argument("--only", action="append", metavar="NAME", choices=GOLDENS, help="one group; may be repeated")
    goldens.add_argument("--root", type=Path, help="the checkout to write into (default: the one this package lies in)")
    goldens.set_defaults(run=_goldens)
    _add_article(commands)
    parity = commands.add_parser("parity", help="compare the Java library with PyTorch on a directory that random wrote")
    parity.add_argument("model", metavar="DIR", type=Path, help="a model directory with seeded random weights")
    parity.add_argument("--root", type=Path, help="the checkout with the Java library (default: the one this package lies in)")
    parity.add_argument("--readme", action="store_true", help="write the table into model-export/README.md")
    parity.add_argument("--maven", default="mvn", metavar="COMMAND", help="default: mvn")
    parity.set_defaults(run=_parity)
    _add_scenes(commands)
    commands.add_parser("tiny", help="data, training and export of the embedded model; see tiny --help")
    return parser


def _add_export(commands) -> None:
    export = commands.add_parser("export", help="a CLIP -> a model directory, checked against PyTorch")
    export.add_argument("source", metavar="SOURCE", help="Hub id, Hugging Face directory, or OpenAI checkpoint (.pt)")
    export.add_argument("--revision", help="branch, tag or commit of a Hub id")
    export.add_argument("--name", help="model name to record (default: from SOURCE)")
    _add_output(export)
    export.set_defaults(run=_export)


def _add_random(commands) -> None:
    random = commands.add_parser("random", help="a CLIP with seeded random weights -> a model directory")
    random.add_argument("--seed", type=int, required=True, help="0 or more; the same seed gives the same bytes")
    shape = random.add_mutually_exclusive_group()
    shape.add_argument("--preset", default="tiny-test", choices=("tiny-test", "vit-b-32"), help="default: tiny-test")
    shape.add_argument("--config", type=Path, help="a CLIP config.json instead of a preset")
    for option, (_, _, text) in SIZES.items():
        random.add_argument(option, type=int, metavar="N", help=text)
    random.add_argument("--resize", type=int, metavar="N", help="shortest side before the centre crop (default: image size)")
    random.add_argument("--logit-scale", type=float, default=100.0, help="default: 100")
    random.add_argument("--name", help="model name to record (default: the name of OUT)")
    _add_output(random)
    random.set_defaults(run=_random)


def _add_article(commands) -> None:
    article = commands.add_parser("article", help="the article's algorithm on an image: what the library is compared with")
    article.add_argument("model", metavar="MODEL_DIR", type=Path, help="a model directory")
    article.add_argument("image", metavar="IMAGE", type=Path, help="an image file")
    article.add_argument("prompts", metavar="PROMPT", nargs="+", help="what to look for; read as it is written")
    article.add_argument("--patch", type=int, default=256, metavar="PIXELS", help="side of a patch (default: 256)")
    article.add_argument("--window", type=int, default=6, metavar="PATCHES", help="side of a window (default: 6)")
    article.add_argument("--stride", type=int, default=1, metavar="PATCHES", help="distance between windows (default: 1)")
    article.add_argument("--clip-passes", type=int, default=3, metavar="N", help="passes of mean-clipping (default: 3)")
    article.add_argument("--threshold", type=float, default=0.5, help="a patch in the box scores higher (default: 0.5)")
    article.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON with score map, normalised map and box")
    article.add_argument("--compare", type=Path, metavar="FILE", help="the tool's result: localize --preset article --json FILE")
    article.set_defaults(run=_article)


def _add_scenes(commands) -> None:
    scenes = commands.add_parser("scenes", help="scenes with exact truth, to measure detection by, in COCO's format")
    scenes.add_argument("out", metavar="OUT", type=Path, help="holds a directory for each set and split, as OUT/k-dev")
    scenes.add_argument("--work", type=Path, required=True, metavar="DIR", help="the pictures, as tiny prepare leaves them")
    scenes.add_argument("--set", action="append", choices=SETS, dest="sets",
                        help="k: art the tiny model knows, s: OpenMoji, p: photos; may be repeated (default: all)")
    scenes.add_argument("--split", action="append", choices=SPLITS, dest="splits", help="may be repeated (default: both)")
    scenes.add_argument("--images", type=int, default=IMAGES, metavar="N",
                        help=f"of each set and split (default: {IMAGES})")
    scenes.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes (default: 1)")
    scenes.add_argument("--force", action="store_true", help="replace what is there")
    scenes.set_defaults(run=_scenes)


# Options that change one number of the preset or configuration: section, key, help.
SIZES = {
    "--projection": (None, "projection_dim", "embedding dimension"),
    "--vocab-size": ("text_config", "vocab_size", "tokens: CLIP's first merges only"),
    "--context-length": ("text_config", "max_position_embeddings", "longest text in tokens"),
    "--text-hidden": ("text_config", "hidden_size", "width of the text tower"),
    "--text-layers": ("text_config", "num_hidden_layers", "layers of the text tower"),
    "--text-heads": ("text_config", "num_attention_heads", "attention heads of the text tower"),
    "--image-size": ("vision_config", "image_size", "side of the input in pixels"),
    "--patch-size": ("vision_config", "patch_size", "side of a patch in pixels"),
    "--vision-hidden": ("vision_config", "hidden_size", "width of the image tower"),
    "--vision-layers": ("vision_config", "num_hidden_layers", "layers of the image tower"),
    "--vision-heads": ("vision_config", "num_attention_heads", "attention heads of the image tower"),
}


def _add_output(command) -> None:
    command.add_argument("out", metavar="OUT", type=Path, help="directory to write")
    command.add_argument("--variants", default="fp32,int8", help=f"{VARIANTS_HELP} (default: fp32,int8)")
    command.add_argument("--force", action="store_true", help="replace OUT if it is a model directory")


def _export(arguments) -> None:
    variants = parse_variants(arguments.variants)
    check_target(arguments.out, arguments.force)
    path, name = locate(arguments.source, arguments.revision)
    # Late: these import torch and transformers, which takes seconds, and not for nothing.
    from zeroshot4j_export.sources import load
    from zeroshot4j_export.writer import write_model

    clip = load(path, arguments.name or name)
    write_model(clip, arguments.out, variants, arguments.force)
    print(f"wrote {arguments.out}")


def _random(arguments) -> None:
    variants = parse_variants(arguments.variants)
    check_target(arguments.out, arguments.force)
    from zeroshot4j_export.random_clip import PRESETS, random_clip, read_config
    from zeroshot4j_export.writer import write_model

    config = _with_sizes(read_config(arguments.config) if arguments.config else PRESETS[arguments.preset], arguments)
    _check_resize(arguments.resize, config)
    clip = random_clip(
        config, arguments.seed, arguments.name or arguments.out.absolute().name,
        logit_scale=arguments.logit_scale, resize=arguments.resize,
    )  # fmt: skip
    write_model(clip, arguments.out, variants, arguments.force)
    print(f"wrote {arguments.out}")


def _with_sizes(config: dict, arguments) -> dict:
    config = {key: dict(value) if isinstance(value, dict) else value for key, value in config.items()}
    for option, (section, key, _) in SIZES.items():
        value = getattr(arguments, option[2:].replace("-", "_"))
        if value is None:
            continue
        if value < 1:
            raise ExportError(f"{option} ({value}) must be at least 1")
        (config.setdefault(section, {}) if section else config)[key] = value
        if key == "hidden_size":
            config[section]["intermediate_size"] = 4 * value
    return config


def _check_resize(resize: int | None, config: dict) -> None:
    side = config.get("vision_config", {}).get("image_size")
    # What is no number is refused with the rest of the configuration.
    if resize is not None and isinstance(side, int) and resize < side:
        raise ExportError(f"--resize ({resize}) must be at least the image size ({side}): the crop is cut out of it")


def _article(arguments) -> None:
    from zeroshot4j_export.article import Settings
    from zeroshot4j_export.article_command import run

    settings = Settings(arguments.patch, arguments.window, arguments.stride, arguments.clip_passes, arguments.threshold)
    run(arguments.model, arguments.image, arguments.prompts, settings, arguments.out, arguments.compare)


def _parity(arguments) -> None:
    from zeroshot4j_export.java_parity import check

    root = arguments.root.absolute() if arguments.root else repository_root()
    check(arguments.model, root, root / "model-export" / "README.md" if arguments.readme else None, arguments.maven)


def _scenes(arguments) -> None:
    from zeroshot4j_export.scenes.dataset import check_work, write_set

    if arguments.images < 1:
        raise ExportError(f"--images ({arguments.images}) must be at least 1")
    check_work(arguments.work)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for split in arguments.splits or SPLITS:
        for set_ in arguments.sets or SETS:
            directory = arguments.out / f"{set_}-{split}"
            write_set(arguments.work, directory, set_, split, arguments.images, arguments.seed, arguments.force)


def _goldens(arguments) -> None:
    write_goldens(arguments.root.absolute() if arguments.root else repository_root(), arguments.only)
