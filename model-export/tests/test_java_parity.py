"""The command that compares Java with PyTorch, with a Maven that only writes figures: Java's own half is ParityTest."""

import json
import stat

import pytest

from zeroshot4j_export import cli, java_parity
from zeroshot4j_export.errors import ExportError
from zeroshot4j_export.goldens import repository_root

FIGURES = [
    {"variant": v, "tower": t, "count": 9, "largestDifference": 1.25e-7, "leastCosine": 0.99999994}
    for v in ("fp32", "int8")
    for t in ("images", "texts")
]
README = f"before\n{java_parity.BEGIN}\nold\n{java_parity.END}\nafter\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    directory = tmp_path_factory.mktemp("models") / "small"
    assert cli.main(["random", str(directory), "--seed", "3", "--variants", "fp32"]) == 0
    return directory


def maven(tmp_path, script: str):
    path = tmp_path / "mvn"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_reference_is_that_of_the_directory(model, tmp_path):
    """The weights are made from the seed alone; ONNX Runtime on the directory's own graph must agree with them."""
    import numpy as np
    import onnxruntime

    java_parity.write_reference(model, tmp_path / "golden.json")
    golden = json.loads((tmp_path / "golden.json").read_text())
    assert golden["header"]["script"] == "python -m zeroshot4j_export parity"
    assert golden["model"] == "small" and len(golden["images"]) == 5 and len(golden["pictures"]) == 4
    assert {len(row["embedding"]) for rows in ("images", "pictures", "texts") for row in golden[rows]} == {20}
    session = onnxruntime.InferenceSession(str(model / "onnx" / "vision_model.onnx"), providers=["CPUExecutionProvider"])
    from zeroshot4j_export.goldens.noise import floats

    for row in golden["images"]:
        found = session.run(None, {"pixel_values": floats(row["seed"], 3 * 32 * 32).reshape(1, 3, 32, 32)})[0][0]
        np.testing.assert_allclose(found / np.linalg.norm(found), row["embedding"], atol=1e-5)


def test_figures_come_from_java_and_go_into_the_readme(model, tmp_path, capsys):
    script = (
        """for argument; do case $argument in
        -Dzeroshot4j.parity.result=*) result=${argument#*=} ;;
        -Dzeroshot4j.parity.golden=*) grep -q '"pictures"' "${argument#*=}" || exit 9 ;;
    esac; done
    printf '%s' '"""
        + json.dumps(FIGURES)
        + """' > "$result" """
    )
    (tmp_path / "model-export").mkdir()
    readme = tmp_path / "model-export" / "README.md"
    readme.write_text(README)
    assert cli.main(["parity", str(model), "--root", str(tmp_path), "--readme", "--maven", maven(tmp_path, script)]) == 0
    text = readme.read_text()
    assert text.startswith(f"before\n{java_parity.BEGIN}\nJava's") and text.endswith(f"\n{java_parity.END}\nafter\n")
    assert "| int8 | texts | 1.25e-07 | 0.9999999 |" in text and "old" not in text
    assert "seeded random weights; not CLIP's figures" in text
    assert "| fp32 | images | 1.25e-07 |" in capsys.readouterr().out


def test_full_disk_leaves_the_readme_of_before(model, tmp_path, monkeypatch, full_disk):
    monkeypatch.setattr(java_parity, "write_reference", lambda model, golden: None)
    monkeypatch.setattr(java_parity, "_run_java", lambda root, maven, to: to["result"].write_bytes(json.dumps(FIGURES).encode()))
    readme = tmp_path / "README.md"
    readme.write_bytes(README.encode())
    with pytest.raises(ExportError, match=f"cannot write {readme}: .*No space left"):
        java_parity.check(model, tmp_path, readme)
    assert readme.read_bytes() == README.encode() and list(tmp_path.iterdir()) == [readme]


def test_a_difference_that_java_finds_is_an_error_and_no_table(model, tmp_path, capsys):
    (tmp_path / "model-export").mkdir()
    readme = tmp_path / "model-export" / "README.md"
    readme.write_text(README)
    failing = maven(tmp_path, "echo 'ParityTest: expected 1e-5'; exit 1")
    assert cli.main(["parity", str(model), "--root", str(tmp_path), "--readme", "--maven", failing]) == 1
    maven_says, error = capsys.readouterr().err.splitlines()
    assert maven_says == "ParityTest: expected 1e-5"
    assert error.startswith("zeroshot4j-export: parity of Java with PyTorch failed")
    assert readme.read_text() == README


def test_no_maven_is_an_error_in_one_line(model, tmp_path, capsys):
    assert cli.main(["parity", str(model), "--root", str(tmp_path), "--maven", str(tmp_path / "none")]) == 1
    assert f"cannot run {tmp_path / 'none'}" in capsys.readouterr().err


def test_a_directory_without_a_seed_is_refused(model, tmp_path):
    for content, message in (("", "must be readable"), ('{"card": "a trained model"}', "must name the seed")):
        (tmp_path / "zeroshot4j.json").write_text(content)
        with pytest.raises(ExportError, match=message):
            java_parity.write_reference(tmp_path, tmp_path / "golden.json")


@pytest.mark.parametrize("readme", ["", java_parity.BEGIN, f"{java_parity.END} {java_parity.BEGIN}", README + README])
def test_a_readme_without_one_place_for_the_table_is_refused(readme):
    with pytest.raises(ExportError, match="must have one line"):
        java_parity.with_table(readme, "table")


def test_the_committed_table_is_of_the_full_size_model():
    """Figures are those of the run that is described there; here only that it is the right one, and within 1e-5."""
    text = (repository_root() / "model-export" / "README.md").read_text(encoding="utf-8")
    rows = text.split(java_parity.BEGIN)[1].split(java_parity.END)[0].strip().splitlines()
    assert "not CLIP's figures" in rows[0] and rows[1].startswith("224 pixels in patches of 32, 512 dimensions")
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows if row.startswith("| fp")]
    assert [cell[:2] for cell in cells] == [[v, t] for v in ("fp32", "fp16") for t in ("images", "texts")]
    assert all(float(cell[2]) <= 1e-5 for cell in cells if cell[0] == "fp32")
