"""Where the pictures come from: packages by name and version, their licences, and how they are unpacked.

Everything is fetched by the ordinary client of its registry (npm, apt-get) by package name. The registry
that a client asks is that client's own configuration.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """One picture set. ``role`` is ``train``, ``test`` (never trained on), ``background`` or ``names``."""

    key: str
    client: str
    package: str
    version: str
    title: str
    author: str
    licence: str
    role: str

    @property
    def spec(self) -> str:
        return f"{self.package}@{self.version}" if self.client == "npm" else f"{self.package}={self.version}"


SOURCES = (
    Source("fluent3d", "npm", "@lobehub/fluent-emoji-3d", "1.1.0", "Fluent Emoji, 3D",
           "Microsoft Corporation; packaged by LobeHub", "MIT", "train"),
    Source("fluent", "npm", "@iconify-json/fluent-emoji", "1.2.7", "Fluent Emoji, colour",
           "Microsoft Corporation", "MIT", "train"),
    Source("fluentflat", "npm", "@iconify-json/fluent-emoji-flat", "1.2.6", "Fluent Emoji, flat",
           "Microsoft Corporation", "MIT", "train"),
    Source("noto", "npm", "@iconify-json/noto", "1.2.9", "Noto Emoji", "Google Inc", "Apache-2.0", "train"),
    Source("notov1", "npm", "@iconify-json/noto-v1", "1.2.5", "Noto Emoji, first generation",
           "Google Inc", "Apache-2.0", "train"),
    Source("twemoji", "npm", "@iconify-json/twemoji", "1.2.5", "Twemoji",
           "Twitter, Inc and other contributors", "CC-BY-4.0", "train"),
    Source("emojitwo", "npm", "@iconify-json/emojione", "1.2.3", "EmojiTwo (EmojiOne 2)",
           "EmojiTwo contributors; Ranks.com Inc", "CC-BY-4.0", "train"),
    Source("fluenthc", "npm", "@iconify-json/fluent-emoji-high-contrast", "1.2.6", "Fluent Emoji, high contrast",
           "Microsoft Corporation", "MIT", "train"),
    Source("streamlineemoji", "npm", "@iconify-json/streamline-emojis", "1.2.4", "Streamline Emojis", "Streamline",
           "CC-BY-4.0", "train"),
    Source("fxemoji", "npm", "@iconify-json/fxemoji", "1.2.2", "Firefox OS Emoji", "Mozilla", "Apache-2.0", "train"),
    Source("emojimono", "npm", "@iconify-json/emojione-monotone", "1.2.1", "Emoji One (monotone)", "Emoji One",
           "CC-BY-4.0", "train"),
    Source("iconpark", "npm", "@iconify-json/icon-park", "1.2.4", "IconPark", "ByteDance", "Apache-2.0", "train"),
    Source("phosphor", "npm", "@iconify-json/ph", "1.2.2", "Phosphor", "Phosphor Icons", "MIT", "train"),
    Source("cyber", "npm", "@iconify-json/streamline-cyber-color", "1.2.2", "Cyber color icons", "Streamline",
           "CC-BY-4.0", "train"),
    Source("kameleon", "npm", "@iconify-json/streamline-kameleon-color", "1.2.2", "Kameleon color icons", "Streamline",
           "CC-BY-4.0", "train"),
    Source("linecolor", "npm", "@iconify-json/streamline-color", "1.2.2", "Streamline color", "Streamline",
           "CC-BY-4.0", "train"),
    Source("plump", "npm", "@iconify-json/streamline-plump-color", "1.2.2", "Plump color icons", "Streamline",
           "CC-BY-4.0", "train"),
    Source("flex", "npm", "@iconify-json/streamline-flex-color", "1.2.2", "Flex color icons", "Streamline",
           "CC-BY-4.0", "train"),
    Source("gameicons", "npm", "@iconify-json/game-icons", "1.2.4", "Game Icons", "GameIcons", "CC-BY-3.0", "train"),
    Source("mdi", "npm", "@iconify-json/mdi", "1.2.3", "Material Design Icons", "Pictogrammers", "Apache-2.0", "train"),
    Source("fontawesome", "npm", "@iconify-json/fa6-solid", "1.2.4", "Font Awesome 6 Solid", "Dave Gandy", "CC-BY-4.0",
           "train"),
    Source("sh3d", "apt", "sweethome3d-furniture", "1.8-1", "Sweet Home 3D furniture libraries",
           "Scopia, Kator Legaz, Reallusion, BlendSwap contributors (list below)",
           "CC-BY-3.0; library BlendSwap-CC-0: CC0-1.0", "train"),
    Source("ocal", "apt", "openclipart-png", "1:0.18+dfsg-19", "Open Clip Art Library 0.18",
           "Open Clip Art Library contributors", "public domain", "train"),
    Source("lomiri", "apt", "lomiri-wallpapers-16.04", "20.04.0-2", "Lomiri wallpapers (listed photos only)",
           "see the list of photos below", "CC-BY-4.0 and CC0-1.0", "background"),
    Source("names", "npm", "emojibase-data", "17.0.0", "emojibase-data (names only)", "Miles Johnson", "MIT",
           "names"),
    Source("openmoji", "npm", "@iconify-json/openmoji", "1.2.29", "OpenMoji", "OpenMoji", "CC-BY-SA-4.0", "test"),
    Source("tuxpaint", "apt", "tuxpaint-stamps-default", "2022.06.04-1", "Tux Paint stamps",
           "Tux Paint contributors", "GPL-2.0-or-later", "test"),
    Source("mate", "apt", "mate-backgrounds", "1.26.0-1", "MATE backgrounds (photos for evaluation only)",
           "MATE backgrounds contributors", "GPL-2.0-or-later", "test"),
)

RASTERISER = ("@resvg/resvg-js", "2.6.2")

# The photos of lomiri-wallpapers-16.04 whose licence is CC-BY-4.0 or CC0-1.0; of the package's other photos, which
# are CC-BY-SA, training reads none. "box" keeps a part of the photo (fractions: left, top, right, bottom), where the
# rest shows a thing that a prompt may name.
PHOTOS = {
    "aitzgorri_by_Aitzol_Berasategi.jpg": dict(author="Aitzol Berasategi", licence="CC-BY-4.0", use="train"),
    "life_by_Aitzol_Berasategi.jpg": dict(author="Aitzol Berasategi", licence="CC-BY-4.0", use="train"),
    "friends_by_Aitzol_Berasategi.jpg": dict(author="Aitzol Berasategi", licence="CC-BY-4.0", use="train",
                                             box=(0.0, 0.68, 1.0, 1.0)),
    "Picture_0B_by_freespace.jpg": dict(author='Trevor "Freespace"', licence="CC-BY-4.0", use="train"),
    "Picture_1A_by_freespace.jpg": dict(author='Trevor "Freespace"', licence="CC-BY-4.0", use="train"),
    "umang_by_Abhishek_Mudgal.jpg": dict(author="Abhishek Mudgal", licence="CC-BY-4.0", use="train"),
    "seeding_by_Clements_Engelhardt.jpg": dict(author="Clemens Engelhardt", licence="CC0-1.0", use="train"),
    "picosdeeuropa_by_Aitzol_Berasategi.jpg": dict(author="Aitzol Berasategi", licence="CC-BY-4.0", use="test"),
    "sunset_by_Aitzol_Berasategi.jpg": dict(author="Aitzol Berasategi", licence="CC-BY-4.0", use="test"),
    "Wine_by_Jakkub_Mede.jpg": dict(author="Jakub Mede", licence="CC-BY-4.0", use="test",
                                    box=(0.0, 0.8, 1.0, 1.0)),
}


def by_key(key: str) -> Source:
    return next(s for s in SOURCES if s.key == key)


def source_dir(work: Path, key: str) -> Path:
    return work / "sources" / key


def _run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:2])} failed for {command[-1]}: {done.stderr.strip()[-500:]}")


def fetch(work: Path) -> None:
    """Downloads and unpacks every package that is not there yet. Safe to repeat after a break."""
    for source in SOURCES:
        target = source_dir(work, source.key)
        if (target / ".complete").is_file() and (target / ".complete").read_text() == source.spec:
            continue
        log.info("fetching %s", source.spec)
        building = target.with_name(f"{target.name}.part")
        for left in (target, building):
            shutil.rmtree(left, ignore_errors=True)
        building.mkdir(parents=True)
        try:
            (_fetch_npm if source.client == "npm" else _fetch_apt)(source, building)
        except (tarfile.TarError, zipfile.BadZipFile, EOFError) as e:
            raise RuntimeError(f"cannot unpack {source.spec}: {e}") from e
        (building / ".complete").write_text(source.spec)
        os.replace(building, target)
    _install_rasteriser(work / "node")


def _install_rasteriser(node: Path) -> None:
    spec, marker = "@".join(RASTERISER), node / ".complete"
    if marker.is_file() and marker.read_text() == spec:
        return
    marker.unlink(missing_ok=True)
    shutil.rmtree(node / "node_modules", ignore_errors=True)
    node.mkdir(parents=True, exist_ok=True)
    (node / "package.json").write_text('{"private": true}\n')
    _run(["npm", "install", "--no-audit", "--no-fund", spec], node)
    marker.write_text(spec)


def _fetch_npm(source: Source, target: Path) -> None:
    _run(["npm", "pack", "--silent", source.spec], target)
    archive = next(target.glob("*.tgz"))
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    archive.unlink()


def _fetch_apt(source: Source, target: Path) -> None:
    _run(["apt-get", "download", source.spec], target)
    archive = next(target.glob("*.deb"))
    _run(["dpkg-deb", "-x", archive.name, "."], target)
    archive.unlink()
    for library in target.glob("usr/share/sweethome3d/furniture/*.sh3f"):
        with zipfile.ZipFile(library) as packed:
            wanted = [n for n in packed.namelist() if n.endswith((".png", "PluginFurnitureCatalog.properties"))]
            packed.extractall(target / "libraries" / library.stem, wanted)
