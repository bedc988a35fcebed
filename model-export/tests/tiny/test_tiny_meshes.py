"""Models made of a few triangles, of which every pixel is known."""

import io
import json
import logging
import math
import re
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from zeroshot4j_export.tiny import artwork, bank, card, meshes, rasterise, wavefront
from zeroshot4j_export.tiny.artwork import Cutout

# Without a key light, and as light below as above, every surface shows its own colour.
EVEN = rasterise.Light((0, 0, 1), (0, 0, 0), (1, 1, 1), (1, 1, 1))
FRONT = rasterise.Camera(0, 0, 0, 30)
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
MATERIALS = """
newmtl red
Kd 1 0 0
newmtl blue
Kd 0 0 1
newmtl glass
Kd 0 0 1
d 0.5
newmtl other glass
Kd 0 0 1
Tr 0.5
newmtl picture
Kd 0.1 0.1 0.1
map_Kd four colours.png
"""
CUBE = """
v -1 -1 -1
v 1 -1 -1
v 1 1 -1
v -1 1 -1
v -1 -1 1
v 1 -1 1
v 1 1 1
v -1 1 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
g sides
usemtl red
f 1 2 3 4
f 1 2 6 5
f 3 4 8 7
f 1 4 8 5
f 2 3 7 6
g front
usemtl picture
f -4/-4 -3/-3 -2/-2 -1/-1
"""


def archive(tmp_path, obj, name="a.zip"):
    """A library with one model, its materials and a texture: red, green over blue, white."""
    texture = io.BytesIO()
    Image.fromarray(np.array([[RED, GREEN], [BLUE, WHITE]], np.uint8)).save(texture, format="PNG")
    with zipfile.ZipFile(tmp_path / name, "w") as packed:
        packed.writestr("box/box.obj", "mtllib box.mtl\n" + obj)
        packed.writestr("box/box.mtl", MATERIALS)
        packed.writestr("box/four colours.png", texture.getvalue())
    return meshes.Model(tmp_path / name, "box/box.obj")


def square(z, half, material, y0=None, y1=None):
    """A square across the z axis, of the half side ``half``, or the part of it between two heights."""
    low, high = -half if y0 is None else y0, half if y1 is None else y1
    corners = ((-half, low), (half, low), (half, high), (-half, high))
    return "".join(f"v {x} {y} {z}\n" for x, y in corners) + f"usemtl {material}\nf -4 -3 -2 -1\n"


def drawn(tmp_path, obj, camera=FRONT, light=EVEN, px=60):
    return rasterise.render(meshes.read(archive(tmp_path, obj)), camera, light, px)


def test_a_cube_is_twelve_triangles(tmp_path):
    mesh = meshes.read(archive(tmp_path, CUBE)).mesh
    assert mesh.corners.shape == (12, 3) and len(mesh.points) == 8
    assert mesh.corners[-2:].tolist() == [[4, 5, 6], [4, 6, 7]]  # the negative indices of its front
    assert mesh.uv_corners[-2:].tolist() == [[0, 1, 2], [0, 2, 3]] and (mesh.uv_corners[:-2] == -1).all()


def test_the_front_of_a_cube_hides_its_sides_and_shows_the_texture_upright(tmp_path):
    image = drawn(tmp_path, CUBE)
    # the front is nearer than the rest, so that it alone is the silhouette: 60 px, and a margin of 4 around it
    assert image.shape == (68, 68, 4)
    alpha = np.zeros((68, 68))
    alpha[4:64, 4:64] = 255
    assert (image[..., 3] == alpha).all()
    # the texture's own colours, not a tenth of them (Kd), each in its quarter
    for y, x, colour in ((12, 12, RED), (12, 56, GREEN), (56, 12, BLUE), (56, 56, WHITE)):
        assert tuple(image[y, x, :3]) == colour


def test_the_side_of_a_cube_is_seen_from_the_side(tmp_path):
    for azimuth, elevation in ((90, 0), (-90, 0), (180, 0), (0, 90)):
        image = drawn(tmp_path, CUBE, rasterise.Camera(azimuth, elevation, 0, 30))
        assert tuple(image[34, 34]) == (*RED, 255)


@pytest.mark.parametrize("turned", [False, True])
def test_the_nearer_square_hides_the_farther_in_any_order(tmp_path, turned):
    parts = [square(-1, 2, "red"), square(1, 0.5, "blue")]
    obj = "".join(reversed(parts) if turned else parts)
    image = drawn(tmp_path, obj)
    assert tuple(image[34, 34, :3]) == BLUE and tuple(image[10, 10, :3]) == RED
    assert tuple(drawn(tmp_path, obj, rasterise.Camera(180, 0, 0, 30))[34, 34, :3]) == RED


def test_what_is_nearer_is_larger(tmp_path):
    image = drawn(tmp_path, square(1, 1, "red", -1, 0) + square(-1, 1, "blue", 0, 1), rasterise.Camera(0, 0, 0, 60), px=200)
    # the corners lie sqrt(3) from the middle, and the camera 1.02 times what its field of view of 60 degrees needs:
    # 1.02 sqrt(3) / sin(30) = 3.533. So the two are 2.533 and 4.533 away, and their widths 200 and 200 * 2.533 / 4.533
    near, far = ((image[..., c] > 128) & (image[..., 3] > 128) for c in (0, 2))
    distance = 1.02 * math.sqrt(3) / 0.5
    assert near.any(0).sum() == 200
    assert far.any(0).sum() == pytest.approx(200 * (distance - 1) / (distance + 1), abs=1)


def test_a_texture_shrinks_with_the_distance(tmp_path):
    turned = ("v -1 -1 1\nv 1 -1 -1\nv 1 1 -1\nv -1 1 1\nvt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
              "usemtl picture\nf 1/1 2/2 3/3 4/4\n")
    row = drawn(tmp_path, turned, rasterise.Camera(0, 0, 0, 60), px=200)[80]  # above the middle: red, then green
    shown = row[row[:, 3] > 128]
    # the camera is 3.533 away, as above. The left edge is at -1 / 2.533 on the screen, the right one at 1 / 4.533, and
    # the middle of the texture at 0: after 0.395 / (0.395 + 0.221) = 0.64 of the width
    assert (shown[:, 0] > 128).mean() == pytest.approx(0.6415, abs=0.01)


@pytest.mark.parametrize("material", ["glass", "other glass"])
def test_half_of_what_is_behind_glass_is_seen(tmp_path, material):
    image = drawn(tmp_path, square(0, 1, material))
    assert tuple(image[34, 34]) == (*BLUE, 128)
    for obj in (square(0, 1, material) + square(-1, 2, "red"), square(-1, 2, "red") + square(0, 1, material)):
        assert tuple(drawn(tmp_path, obj)[34, 34]) == (128, 0, 128, 255)
    behind = drawn(tmp_path, square(-1, 1, material) + square(0, 2, "red"))
    assert tuple(behind[34, 34]) == (*RED, 255)


def test_a_surface_is_lit_from_the_side_that_is_seen(tmp_path):
    light = rasterise.Light((0, 0, 1), (0.8, 0.8, 0.8), (0.1, 0.1, 0.1), (0.1, 0.1, 0.1))
    wound = square(0, 1, "red")
    for obj in (wound, wound.replace("f -4 -3 -2 -1", "f -1 -2 -3 -4")):
        # towards the light 0.1 + 0.8 of the colour, from behind the 0.1 alone: 255 * 0.9 = 229.5, 255 * 0.1 = 25.5
        assert abs(int(drawn(tmp_path, obj, light=light)[34, 34, 0]) - 229.5) <= 1
        assert abs(int(drawn(tmp_path, obj, rasterise.Camera(180, 0, 0, 30), light)[34, 34, 0]) - 25.5) <= 1


def test_edges_are_sharp_and_curves_are_smooth(tmp_path):
    cube = meshes.read(archive(tmp_path, CUBE))
    assert np.abs(cube.normals).max(2) == pytest.approx(1)  # each along an axis
    ring = [(math.cos(a), math.sin(a)) for a in np.arange(24) * math.tau / 24]
    tube = "".join(f"v {x} {h} {z}\n" for h in (-1, 1) for x, z in ring)
    tube += "".join(f"f {i + 1} {(i + 1) % 24 + 1} {(i + 1) % 24 + 25} {i + 25}\n" for i in range(24))
    read = meshes.read(archive(tmp_path, tube))
    outwards = read.mesh.points[read.mesh.corners] * (1, 0, 1)
    # the faces bend by 15 degrees. Where one side of a corner has two triangles and the other one, their mean is 2.5
    # degrees beside the middle
    assert (np.abs((read.normals * outwards).sum(2)) > math.cos(math.radians(3))).all()


def test_the_edge_of_a_surface_is_soft(tmp_path):
    alpha = drawn(tmp_path, square(0, 1, "red"), rasterise.Camera(0, 0, 20, 30))[..., 3]
    assert ((alpha > 0) & (alpha < 255)).sum() > 60


def test_the_same_view_has_the_same_bytes_and_another_has_others(tmp_path):
    model = archive(tmp_path, CUBE)
    views = [meshes.picture(meshes.read(model), model, n).tobytes() for n in (3, 3, 4)]
    assert views[0] == views[1] != views[2]


def test_a_view_has_the_size_of_a_master_and_a_surround(tmp_path):
    model = archive(tmp_path, CUBE)
    image = meshes.picture(meshes.read(model), model, 0)
    assert max(image.size) == meshes.VIEW_PX + 8
    alpha = np.asarray(image)[..., 3]
    assert not alpha[:3].any() and not alpha[:, :3].any() and alpha[:5].any() and alpha[:, :5].any()


def test_of_what_is_frontal_no_back_is_drawn():
    rng = np.random.default_rng(1)
    for frontal, depth, least in ((False, 1, 150), (True, 1, 0), (False, 0.1, 0)):
        azimuths = [meshes._camera(rng, n, frontal, 1, 1, depth).azimuth for n in range(meshes.VIEWS)]
        assert (max(azimuths) > least and min(azimuths) < -least) if least else max(map(abs, azimuths)) <= 65
        assert azimuths == sorted(azimuths)


@pytest.mark.parametrize("obj, reason", [
    ("v 0 0 0\nv 1 0\n", r"box/box.obj:3: line must hold numbers \(v 1 0\)"),
    ("v 0 0 zero\n", r"box/box.obj:2: line must hold numbers \(v 0 0 zero\)"),
    ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n", r"box/box.obj:5: vertex \(4\) must be one of the 3 read so far"),
    ("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 0\n", r"box/box.obj:5: vertex \(0\) must be one of the 3 read so far"),
    ("v 0 0 0\n", r"box/box.obj: model must have faces"),
])
def test_a_broken_model_is_named_with_the_line(tmp_path, obj, reason):
    with pytest.raises(wavefront.MeshError, match=f"^{reason}$"):
        meshes.read(archive(tmp_path, obj))


@pytest.mark.parametrize("line", ["Kd 0.1 red 0", "Ns", "Ns shiny", "d", "map_Kd"])
def test_a_broken_material_is_named_with_its_own_line(tmp_path, line):
    model = archive(tmp_path, CUBE)
    with zipfile.ZipFile(tmp_path / "broken.zip", "w") as packed, zipfile.ZipFile(model.library) as full:
        packed.writestr("box/box.obj", full.read("box/box.obj"))
        packed.writestr("box/box.mtl", f"# by hand\n\nnewmtl red\n{line}\n")
    reason = re.escape(f"box/box.obj:1: box/box.mtl:4: line must hold numbers ({line})")
    with pytest.raises(wavefront.MeshError, match=f"^{reason}$"):
        meshes.read(meshes.Model(tmp_path / "broken.zip", "box/box.obj"))


def test_a_broken_model_is_left_out_and_the_rest_goes_on(tmp_path, caplog):
    good, broken = archive(tmp_path, CUBE), archive(tmp_path, "f 1 2 3", "broken.zip")
    missing = meshes.Model(tmp_path / "a.zip", "box/none.obj")
    jobs = [(meshes.View(m, n), tmp_path / "art" / f"{k}-{n}.png")
            for k, m in enumerate((broken, good, missing)) for n in range(2)]
    with caplog.at_level(logging.WARNING):
        meshes.draw(jobs)
    assert sorted(p.name for p in (tmp_path / "art").iterdir()) == ["1-0.png", "1-1.png"]
    left_out = [r.getMessage() for r in caplog.records]
    assert len(left_out) == 2 and "box/box.obj:2: vertex (1) must be" in left_out[0] and "box/none.obj" in left_out[1]


def test_a_model_without_its_materials_or_texture_is_drawn_all_the_same(tmp_path, caplog):
    model = archive(tmp_path, CUBE)
    with zipfile.ZipFile(tmp_path / "bare.zip", "w") as packed, zipfile.ZipFile(model.library) as full:
        packed.writestr("box/box.obj", full.read("box/box.obj"))
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as packed, zipfile.ZipFile(model.library) as full:
        for name in ("box/box.obj", "box/box.mtl"):
            packed.writestr(name, full.read(name))
    for library, word in (("bare.zip", "box/box.mtl is missing"), ("plain.zip", "leaving out texture box/four colours.png")):
        subject = meshes.read(meshes.Model(tmp_path / library, "box/box.obj"))
        assert rasterise.render(subject, FRONT, EVEN, 40)[24, 24, 3] == 255
        assert word in caplog.text


# what becomes of the views


def cutout(source, name, concept="chair", creator=""):
    return Cutout(source, name, concept, f"art/{source}/{name}.png", creator)


def test_a_catalogue_gives_icons_and_views(tmp_path, concepts):
    library = tmp_path / "sources" / "sh3d" / "libraries" / "Lib"
    library.mkdir(parents=True)
    (library / "PluginFurnitureCatalog.properties").write_text(
        "name#1=Hammer\nicon#1=/lib/a.png\nmodel#1=/lib/a/a.obj\nmodelRotation#1=1 0 0 0 0 1 0 -1 0\ncreator#1=Ann\n"
        "name#2=Unknown\nicon#2=/lib/b.png\nmodel#2=/lib/b/b.obj\n")
    found = list(artwork._furniture(tmp_path, concepts))
    assert [c.source for c, _ in found] == ["sh3d"] + ["mesh"] * meshes.VIEWS
    assert {c.creator for c, _ in found} == {"Lib: Ann"} and len({c.file for c, _ in found}) == len(found)
    view = found[1][1]
    packed = tmp_path / "sources" / "sh3d" / "usr/share/sweethome3d/furniture/Lib.sh3f"
    assert view == meshes.View(meshes.Model(packed, "lib/a/a.obj", (1, 0, 0, 0, 0, 1, 0, -1, 0)), 0)


def test_the_views_of_a_model_are_one_picture():
    views = [cutout("mesh", f"Lib-1-Chair-{n:02d}") for n in range(5)]
    assert bank.training_set([*views, cutout("sh3d", "Lib-1-Chair")]) == []
    three = [*views, cutout("sh3d", "Lib-1-Chair"), cutout("noto", "chair")]
    assert bank.training_set(three) == three


def test_the_views_of_a_concept_weigh_no_more_than_its_other_pictures():
    def mesh(model, count, concept):
        return [cutout("mesh", f"Lib-{model}-x-{n:02d}", concept) for n in range(count)]

    drawings = [cutout("noto", f"{n}", "cat") for n in range(6)] + [cutout("noto", "7", "hat")]
    cutouts = [*drawings, *mesh(1, 4, "cat"), *mesh(2, 2, "hat"), *mesh(3, 8, "hat"), *mesh(4, 2, "pen")]
    weights = bank.weights(cutouts)
    # cat: a model like 3 pictures, 3 / 4 a view. hat: one drawing and two models, each like the one that a model has at
    # least. pen: nothing but a model
    assert torch.equal(weights, torch.tensor([1.0] * 7 + [0.75] * 4 + [0.5] * 2 + [0.125] * 8 + [0.5] * 2))


def test_the_notice_names_every_creator_once(tmp_path):
    index = [cutout("noto", f"{n}") for n in range(3)]
    index += [cutout("sh3d", "Lib-1-Chair", creator="Lib: Ann"), cutout("mesh", "Lib-1-Chair-00", creator="Lib: Ann"),
              cutout("mesh", "Lib-1-Chair-01", creator="Lib: Ann"), cutout("mesh", "Lib-2-Chair-00", creator="Lib: Bob")]
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "index.json").write_text(json.dumps([c.__dict__ for c in index]))
    notice = card.notice(tmp_path)
    assert "\n  Lib: Ann, Bob\n" in notice
    assert "(sweethome3d-furniture 1.8-1, 1 pictures and 3 views of the models)" in notice
