"""The code keeps the rules of pyproject.toml: ruff's, whose version is pinned there as well."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def check(*paths: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", *map(str, paths)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_ruff_finds_nothing():
    done = check("src", "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_runs_with_the_configured_rules(tmp_path):
    (tmp_path / "bad.py").write_text("l = [a for a in zip((1,), (2,))]\n")
    done = check("--config", ROOT / "pyproject.toml", tmp_path / "bad.py")
    assert done.returncode == 1 and "E741" in done.stdout and "B905" in done.stdout
