import random

import numpy as np
import pytest
from PIL import Image

from zeroshot4j_export.scenes import compose, pools
from zeroshot4j_export.scenes.asking import confusable
from zeroshot4j_export.scenes.backgrounds import Background
from zeroshot4j_export.scenes.compose import KINDS, Composer, Object
from zeroshot4j_export.scenes.dataset import box_of

SEEDS = 8


@pytest.fixture(scope="session")
def composer(work):
    return Composer(work, "k", "dev")


def scenes(composer, kind, count=SEEDS):
    return [composer.scene(kind, random.Random(f"{kind} {i}")) for i in range(count)]


def owners(scene):
    """Naive twin: who owns each pixel, painted one by one from the pictures themselves; -1 is nobody."""
    owner = np.full((scene.image.height, scene.image.width), -1)
    for i, o in enumerate(scene.objects):
        alpha = o.picture.getchannel("A").load()
        for y in range(o.picture.height):
            for x in range(o.picture.width):
                if alpha[x, y] > 64:
                    owner[o.corner[1] + y, o.corner[0] + x] = i
    return owner


@pytest.mark.parametrize("kind", KINDS)
def test_masks_and_boxes_are_those_of_the_pixels_that_are_seen(composer, kind):
    for scene in scenes(composer, kind):
        owner = owners(scene)
        for i, seen in enumerate(scene.seen):
            assert np.array_equal(seen, owner == i)
            ys, xs = np.nonzero(owner == i)
            assert box_of(seen) == [xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1]


def test_boxes_are_those_of_the_finished_picture(composer, monkeypatch):
    """Red on black: the red channel of the finished picture is the object's alpha."""
    black = lambda work, split, size, textured, rng: Background(Image.new("RGB", size), "black", ())  # noqa: E731
    monkeypatch.setattr(compose, "background", black)
    shape = np.zeros((40, 70, 4), np.uint8)
    shape[4:30, 3:60] = shape[10:38, 20:33] = (255, 0, 0, 255)
    monkeypatch.setattr(pools, "picture", lambda work, cutout: Image.fromarray(shape))
    for scene in [*scenes(composer, "single"), *scenes(composer, "textured")]:
        red = np.asarray(scene.image)[..., 0] > 64
        assert np.array_equal(np.logical_or.reduce(scene.seen), red)
        if len(scene.objects) == 1:
            ys, xs = np.nonzero(red)
            assert box_of(scene.seen[0]) == [xs.min(), ys.min(), np.ptp(xs) + 1, np.ptp(ys) + 1]


def test_a_later_object_takes_from_an_earlier_one():
    first, second = (Object(None, None, (x, 2), (x, 2, x + 4, 5), np.ones((3, 4), bool)) for x in (1, 4))
    seen = compose._seen([first, second], (10, 8))
    assert box_of(seen[0]) == [1, 2, 3, 3] and box_of(seen[1]) == [4, 2, 4, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_keeps_its_numbers(composer, kind):
    wanted, counts = KINDS[kind], set()
    for scene in scenes(composer, kind):
        names = [o.cutout.concept for o in scene.objects]
        instances = max(names.count(n) for n in names)
        counts.add(len(names))
        if kind == "same":
            assert names[:2] == [names[0]] * 2 and instances <= wanted.most and len(names) - instances <= 1
        else:
            assert wanted.fewest <= len(names) <= wanted.most and instances == 1
        for o in scene.objects:
            share = max(o.mask.shape) / min(scene.image.size)
            assert wanted.smallest - 0.03 <= share <= wanted.largest + 0.03  # a pixel or two of rounding
    assert len(counts) > 1 or wanted.fewest == wanted.most


@pytest.mark.parametrize("kind", KINDS)
def test_objects_lie_in_the_image_and_share_no_more_than_a_corner(composer, kind):
    for scene in scenes(composer, kind):
        boxes = [o.box for o in scene.objects]
        assert all(0 <= x0 < x1 <= scene.image.width and 0 <= y0 < y1 <= scene.image.height for x0, y0, x1, y1 in boxes)
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
                smaller = min((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b))
                assert max(0, w) * max(0, h) <= 0.05 * smaller


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_things_in_a_scene_may_be_taken_for_one_another(composer, kind):
    for scene in scenes(composer, kind):
        names = {o.cutout.concept for o in scene.objects}
        present = [composer.concepts[n] for n in sorted(names)]
        behind = [composer.listed[n] for n in scene.background.shows]
        assert len(scene.absent) == len(present) + 1
        for i, c in enumerate(present):
            assert not any(confusable(c, other) for other in [*present[:i], *behind])
        assert not any(confusable(a, v) for a in scene.absent for v in [*present, *behind])
        assert not (names | {a.name for a in scene.absent}) & set(pools.CLUTTER)


def test_clutter_is_nothing_that_is_asked_and_lies_below_the_objects(composer, monkeypatch):
    used = []
    picture = Composer._picture
    monkeypatch.setattr(Composer, "_picture", lambda self, c, px, rng: used.append(c) or picture(self, c, px, rng))
    pieces = 0
    for i in range(SEEDS):
        used.clear()
        scene = composer.scene("cluttered", random.Random(f"cluttered {i}"))
        asked = [*(composer.concepts[o.cutout.concept] for o in scene.objects), *scene.absent]
        clutter = [composer.concepts[c.concept] for c in used if c.concept in pools.CLUTTER]
        pieces += len(clutter)
        assert not any(confusable(c, a) for c in clutter for a in asked)
        for o in scene.objects:
            solid = np.asarray(o.picture)[..., 3] == 255
            x, y = o.corner
            part = scene.image.crop((x, y, x + o.picture.width, y + o.picture.height))
            if len(scene.objects) == 1:
                assert np.array_equal(np.asarray(part)[solid], np.asarray(o.picture)[solid][:, :3])
    assert pieces > 20


def test_pictures_of_one_class_differ_where_there_are_several(composer):
    for scene in scenes(composer, "same"):
        first = scene.objects[0].cutout.concept
        pictures = [o.cutout for o in scene.objects if o.cutout.concept == first]
        assert len(set(pictures)) == min(len(pictures), len(composer.objects[first]))


def test_nothing_is_enlarged_to_a_blur(composer):
    small = max(max(pools.picture(composer.work, c).size) for c in composer.objects["cat"])
    assert composer._picture(composer.objects["cat"][0], 3.2 * small, random.Random(1)) is None
