"""Fetching and rasterising with stand-ins for npm, apt-get and node: what a break or a broken tool leaves behind."""

import json
import os
import subprocess
import tarfile
import types

import numpy as np
import pytest
import torch
from PIL import Image

from zeroshot4j_export.tiny import artwork, bank, prepare, sources
from zeroshot4j_export.tiny.artwork import Cutout
from zeroshot4j_export.tiny.cli import main

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect x="2" y="2" width="12" height="12"/></svg>'


class Node:
    """A stand-in for node with the rasteriser: writes pictures, and dies at those whose SVG says so, as resvg does."""

    def __init__(self, fails=lambda svg: False, stderr=""):
        self.fails, self.stderr, self.starts = fails, stderr, 0

    def __call__(self, command, cwd, **_):
        self.starts += 1
        for job in json.loads((cwd / command[2]).read_text()):
            if self.fails(job["svg"]):
                return types.SimpleNamespace(returncode=1, stderr=self.stderr)
            picture().save(job["out"], format="PNG")
        return types.SimpleNamespace(returncode=0, stderr="")


def picture():
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[8:56, 8:56] = 255
    return Image.fromarray(pixels)


def jobs(*names):
    return [(Cutout("noto", n, "cat", f"art/noto/{n}.png"), SVG.replace("<rect", f'<rect id="{n}"')) for n in names]


@pytest.fixture
def work(tmp_path):
    (tmp_path / "node").mkdir()
    return tmp_path


def test_a_rasteriser_that_cannot_be_loaded_is_an_error_at_once(work, monkeypatch):
    stack = "    at Module._load (node:internal/modules/cjs/loader:1104:12)\n" * 20
    node = Node(lambda svg: True, f"node:internal:1\n  throw err;\n\nError: Cannot find module '@resvg/resvg-js'\n{stack}")
    monkeypatch.setattr(subprocess, "run", node)
    reason = "found: Error: Cannot find module '@resvg/resvg-js'$"
    with pytest.raises(RuntimeError, match=rf"@resvg/resvg-js\S+ in \S+ must draw a plain square, {reason}"):
        artwork._render_svgs(work, jobs("a", "b", "c"))
    assert node.starts == 1


def test_a_picture_that_cannot_be_drawn_is_left_out_and_the_rest_goes_on(work, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Node(lambda svg: '"b"' in svg))
    artwork._render_svgs(work, jobs("a", "b", "c"))
    assert sorted(p.name for p in (work / "art" / "noto").iterdir()) == ["a.png", "c.png"]


def test_many_pictures_that_cannot_be_drawn_are_an_error(work, monkeypatch):
    monkeypatch.setattr(artwork, "MOST_LEFT_OUT", 3)
    node = Node(lambda svg: "id=" in svg, "thread panicked")
    monkeypatch.setattr(subprocess, "run", node)
    with pytest.raises(RuntimeError, match=r"pictures left out \(4\) must be at most 3.*noto/3.*thread panicked"):
        artwork._render_svgs(work, jobs(*"0123456789"))
    assert node.starts == 5


def test_a_picture_cut_short_is_drawn_again(work, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Node())
    artwork._render_svgs(work, jobs("a"))
    file = work / "art" / "noto" / "a.png"
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    artwork._render_svgs(work, jobs("a"))
    assert file.read_bytes() == whole


@pytest.mark.skipif(subprocess.run(["sh", "-c", "command -v node"], capture_output=True).returncode != 0, reason="needs node")
def test_the_script_leaves_no_picture_when_it_dies_while_writing(tmp_path):
    """The script itself in node, with a rasteriser that gives half of a picture and a disk that is then full."""
    module = tmp_path / "node_modules" / "@resvg" / "resvg-js"
    module.mkdir(parents=True)
    (module / "index.js").write_text(
        "const fs = require('fs'), write = fs.writeFileSync;"
        "fs.writeFileSync = (file, data) => { write(file, data); throw new Error('ENOSPC'); };"
        "exports.Resvg = class { render() { return { asPng: () => Buffer.from('half') }; } };"
    )
    (tmp_path / "render.js").write_text(artwork._RENDER_JS)
    (tmp_path / "jobs.json").write_text(json.dumps([{"svg": SVG, "px": 8, "out": str(tmp_path / "a.png")}]))
    done = subprocess.run(["node", "render.js", "jobs.json"], cwd=tmp_path, capture_output=True, text=True)
    assert "ENOSPC" in done.stderr
    assert not (tmp_path / "a.png").exists()


def test_a_master_cut_short_is_made_again(tmp_path):
    source, master = tmp_path / "source.png", tmp_path / "art" / "master.png"
    picture().save(source)
    assert artwork._save_master(source, master)
    whole = master.read_bytes()
    master.write_bytes(whole[: len(whole) // 2])
    assert artwork._save_master(source, master)
    assert master.read_bytes() == whole


def test_a_full_disk_leaves_no_half_master(tmp_path, monkeypatch):
    picture().save(tmp_path / "source.png")

    def save(self, file, **_):
        with open(file, "wb") as out:
            out.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", save)
    with pytest.raises(OSError, match="No space left"):
        artwork._save_master(tmp_path / "source.png", tmp_path / "art" / "master.png")
    assert list((tmp_path / "art").iterdir()) == []


@pytest.fixture
def nothing_to_fetch(monkeypatch):
    monkeypatch.setattr(sources, "fetch", lambda work: None)
    monkeypatch.setattr(artwork, "collect", lambda work, listed: [])
    monkeypatch.setattr(bank, "cutout_bank", lambda work, chosen: torch.zeros(0, 4, 8, 8, dtype=torch.uint8))
    monkeypatch.setattr(bank, "background_bank", lambda *_: torch.zeros(0, 3, 8, 8, dtype=torch.uint8))


def test_a_full_disk_leaves_no_half_bank(tmp_path, monkeypatch, nothing_to_fetch):
    def save(content, file):
        with open(file, "wb") as out:
            out.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", save)
    with pytest.raises(OSError, match="No space left"):
        prepare.prepare(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_bank_is_what_load_data_reads(tmp_path, nothing_to_fetch):
    prepare.prepare(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["bank.pt"]
    stored = torch.load(tmp_path / "bank.pt", weights_only=True)
    assert set(stored) == {"concepts", "classes", "weights", "wholeness", "cutouts", "backgrounds"}


def test_an_error_of_the_system_is_one_line(tmp_path, capsys, monkeypatch):
    def full(work):
        raise OSError(28, "No space left on device", "bank.pt")

    monkeypatch.setattr(prepare, "prepare", full)
    assert main(["--work", str(tmp_path), "prepare"]) == 1
    assert capsys.readouterr().err == "zeroshot4j-export tiny: [Errno 28] No space left on device: 'bank.pt'\n"


# fetch


class Clients:
    """A stand-in for npm, apt-get and dpkg-deb: installs and packs a file, or breaks off when told."""

    def __init__(self):
        self.calls, self.breaks = [], None

    def __call__(self, command, cwd):
        self.calls.append(command)
        if command[1] == "install":
            module = cwd / "node_modules" / "@resvg" / "resvg-js"
            module.mkdir(parents=True, exist_ok=True)
            self._break("install")
            (module / "index.js").write_text("")
        elif command[1] == "pack":
            (cwd / "a.txt").write_text("a")
            with tarfile.open(cwd / "package.tgz", "w:gz") as tar:
                tar.add(cwd / "a.txt", "package/a.txt")
            if self.breaks == "pack":
                os.truncate(cwd / "package.tgz", 40)

    def _break(self, what):
        if self.breaks == what:
            raise KeyboardInterrupt


@pytest.fixture
def clients(monkeypatch):
    stand_in = Clients()
    monkeypatch.setattr(sources, "_run", stand_in)
    monkeypatch.setattr(sources, "SOURCES", tuple(s for s in sources.SOURCES if s.key == "noto"))
    return stand_in


def test_what_is_complete_is_not_fetched_again(clients, tmp_path):
    sources.fetch(tmp_path)
    assert [c[1] for c in clients.calls] == ["pack", "install"]
    sources.fetch(tmp_path)
    assert len(clients.calls) == 2


def test_an_installation_that_broke_off_is_made_again(clients, tmp_path):
    clients.breaks = "install"
    with pytest.raises(KeyboardInterrupt):
        sources.fetch(tmp_path)
    clients.breaks = None
    sources.fetch(tmp_path)
    assert [c[1] for c in clients.calls] == ["pack", "install", "install"]
    assert (tmp_path / "node" / "node_modules" / "@resvg" / "resvg-js" / "index.js").is_file()


def test_another_version_of_the_rasteriser_is_installed(clients, tmp_path, monkeypatch):
    sources.fetch(tmp_path)
    monkeypatch.setattr(sources, "RASTERISER", ("@resvg/resvg-js", "9.9.9"))
    sources.fetch(tmp_path)
    assert clients.calls[-1][-1] == "@resvg/resvg-js@9.9.9"


def test_an_archive_cut_short_is_named_and_fetched_again(clients, tmp_path):
    clients.breaks = "pack"
    with pytest.raises(RuntimeError, match=r"cannot unpack @iconify-json/noto@\S+: "):
        sources.fetch(tmp_path)
    assert not sources.source_dir(tmp_path, "noto").exists()
    clients.breaks = None
    sources.fetch(tmp_path)
    assert (sources.source_dir(tmp_path, "noto") / "package" / "a.txt").read_text() == "a"
