import subprocess
import sys
import tempfile
import types
from pathlib import Path

import pytest

from zeroshot4j_export import cli
from zeroshot4j_export.cli import main
from zeroshot4j_export.target import check_target


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], "COMMAND"),
        (["exprot", "a", "b"], "invalid choice: 'exprot'"),
        (["export", "a"], "OUT"),
        (["random", "out"], "--seed"),
        (["random", "out", "--seed", "x"], "invalid int value: 'x'"),
        (["random", "out", "--seed", "1", "--preset", "vit-b-16"], "invalid choice: 'vit-b-16'"),
        (["goldens", "--only", "nope"], "invalid choice: 'nope'"),
    ],
)
def test_bad_use_ends_with_2_and_names_what_is_wrong(argv, expected, capsys):
    with pytest.raises(SystemExit) as end:
        main(argv)
    assert end.value.code == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--variants", "fp32,int4"], "variant (int4) must be one of fp32, int8, fp16"),
        (["--variants", "int8"], "variants (int8) must include fp32"),
        (["--vocab-size", "513"], "vocabulary size (513) must be from 514 to 49408"),
        (["--text-heads", "0"], "--text-heads (0) must be at least 1"),
        (["--text-heads", "5"], "not a CLIP configuration"),
        (["--seed", "-1"], "seed (-1) must be at least 0"),
        (["--logit-scale", "0"], "logit scale (0.0) must be above 0"),
        (["--config", "missing.json"], "cannot read the configuration missing.json"),
        (["--resize", "-5"], "--resize (-5) must be at least the image size (32)"),
        (["--resize", "0"], "--resize (0) must be at least the image size (32)"),
        (["--resize", "47", "--image-size", "48"], "--resize (47) must be at least the image size (48)"),
    ],
)
def test_bad_value_is_one_line_and_nothing_is_written(argv, expected, run, tmp_path):
    code, _, err = run("random", tmp_path / "out", "--seed", "1", *argv)
    assert code == 1
    assert expected in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_missing_parent_directory_is_named(run, tmp_path):
    code, _, err = run("random", tmp_path / "no" / "out", "--seed", "1")
    assert code == 1 and f"{tmp_path / 'no'} must be an existing directory" in err


def test_a_directory_that_cannot_be_written_to_is_named_before_the_download(run, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(tempfile, "mkdtemp", refused)  # and not chmod: root may write everywhere
    monkeypatch.setattr(cli, "locate", lambda *_: pytest.fail("must not be reached"))
    code, _, err = run("export", "openai/clip-vit-base-patch32", tmp_path / "out")
    assert code == 1
    assert err == f"zeroshot4j-export: {tmp_path} must be a directory that can be written to, found: Permission denied\n"


def test_check_of_the_directory_leaves_nothing_in_it(tmp_path):
    check_target(tmp_path / "out", force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_nothing(run, tmp_path, monkeypatch):
    def full(self, *_, **__):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    code, _, err = run("random", tmp_path / "out", "--seed", "1", "--variants", "fp32")
    assert code == 1 and err.startswith("zeroshot4j-export: [Errno 28] No space left on device") and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_tiny_gets_the_rest_of_the_command_line(monkeypatch):
    seen = []
    module = types.ModuleType("zeroshot4j_export.tiny.cli")
    module.main = lambda argv: seen.append(argv)
    monkeypatch.setitem(sys.modules, "zeroshot4j_export.tiny", types.ModuleType("zeroshot4j_export.tiny"))
    monkeypatch.setitem(sys.modules, "zeroshot4j_export.tiny.cli", module)
    assert main(["tiny", "train", "--seed", "3"]) == 0
    assert seen == [["train", "--seed", "3"]]


def test_module_runs_and_lists_its_commands():
    done = subprocess.run([sys.executable, "-m", "zeroshot4j_export", "--help"], capture_output=True, text=True, check=True)
    for command in ("export", "random", "goldens", "tiny"):
        assert f"    {command} " in done.stdout


def test_import_switches_telemetry_off_before_onnx_runtime_can_start_it():
    program = "import os, zeroshot4j_export, onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PATH": "", "HOME": "/"}
    )
    assert done.stdout.strip() == "1"
