"""Proof that the Java library computes what PyTorch computes, for a model directory with seeded random weights of any size."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from zeroshot4j_export import parity
from zeroshot4j_export.errors import ExportError, one_line
from zeroshot4j_export.goldens.header import header
from zeroshot4j_export.goldens.models import EMBEDDING_NOTES, LIBRARIES, TEXTS, embeddings, write_cases
from zeroshot4j_export.random_clip import random_clip, read_config
from zeroshot4j_export.target import whole_file

BEGIN, END = "<!-- parity: begin -->", "<!-- parity: end -->"
CARD = re.compile(r"Seeded random weights \(seed (\d+)\)")
PROMPTS = tuple(dict.fromkeys((*TEXTS, *parity.PROMPTS)))


def check(model: Path, root: Path, readme: Path | None, maven: str = "mvn") -> list[dict]:
    """Compares every variant of the directory; Java's test fails where fp32 is off. Writes the table into the README."""
    with tempfile.TemporaryDirectory() as work:
        golden, result = Path(work, "golden.json"), Path(work, "result.json")
        write_reference(model, golden)
        _run_java(root, maven, {"model": model.absolute(), "golden": golden, "result": result})
        rows = json.loads(result.read_text(encoding="utf-8"))
    text = table(model, rows)
    print(text)
    if readme:
        content = with_table(readme.read_text(encoding="utf-8"), text)
        try:
            with whole_file(readme) as partial:
                partial.write_text(content, encoding="utf-8")
        except OSError as e:
            raise ExportError(f"cannot write {readme}: {one_line(e)}") from e
    return rows


def write_reference(model: Path, golden: Path) -> None:
    """Makes the weights again, from the seed that the directory names and the sizes of its config.json."""
    try:
        facts = json.loads((model / "zeroshot4j.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise ExportError(f"{model}: zeroshot4j.json must be readable: {e}") from e
    seed = CARD.search(facts.get("card", ""))
    if not seed:
        raise ExportError(f"{model}: zeroshot4j.json must name the seed of its random weights; PyTorch's are made from it")
    config = read_config(model / "config.json")
    clip = random_clip(config, int(seed[1]), facts["modelName"], logit_scale=facts["logitScale"])
    clip.preprocessor = json.loads((model / "preprocessor_config.json").read_text(encoding="utf-8"))
    head = header("parity", LIBRARIES, ("embeddings by PyTorch in float32, of unit length", *EMBEDDING_NOTES))
    head["script"] = "python -m zeroshot4j_export parity"
    write_cases(golden, head, {"model": clip.name, "side": clip.image_size}, embeddings(clip, PROMPTS))


def _run_java(root: Path, maven: str, properties: dict) -> None:
    command = [maven, "-B", "-ntp", "-q", "-P-javadoc", "-pl", "core,onnx-backend", "package", "-Dtest=ParityTest"]
    command += ["-Dsurefire.failIfNoSpecifiedTests=false", "-Djacoco.skip"]
    command += [f"-Dzeroshot4j.parity.{key}={value}" for key, value in properties.items()]
    try:
        run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    except OSError as e:
        raise ExportError(f"cannot run {maven}: {e}") from e
    if run.returncode != 0 or not properties["result"].is_file():
        print((run.stdout + run.stderr).strip(), file=sys.stderr)
        raise ExportError("parity of Java with PyTorch failed, or its test did not run: Maven's output is above")


def table(model: Path, rows: list[dict]) -> str:
    """Markdown. Every figure is over all images, or all texts, of one variant."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    vision, dimension = config["vision_config"], config["projection_dim"]
    images, texts = (max(row["count"] for row in rows if row["tower"] == tower) for tower in ("images", "texts"))
    lines = [
        f"Java's `OnnxEncoder` against PyTorch {torch.__version__.split('+')[0]} in fp32, **seeded random weights; not CLIP's "
        "figures**:",
        f"{vision['image_size']} pixels in patches of {vision['patch_size']}, {dimension} dimensions, {images} images (noise, "
        f"and whole pictures, which Java resizes itself) and {texts} texts.",
        "Embeddings have length 1; the difference is that of one component.",
        "",
        "| variant | of | largest difference | least cosine |",
        "|---|---|---|---|",
    ]
    for row in rows:
        lines.append(f"| {row['variant']} | {row['tower']} | {row['largestDifference']:.2e} | {row['leastCosine']:.7f} |")
    return "\n".join(lines)


def with_table(readme: str, text: str) -> str:
    if readme.count(BEGIN) != 1 or readme.count(END) != 1 or readme.index(BEGIN) > readme.index(END):
        raise ExportError(f"the README must have one line {BEGIN} and after it one line {END}")
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}"
