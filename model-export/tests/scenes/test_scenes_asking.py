import itertools

from zeroshot4j_export.scenes import asking, pools
from zeroshot4j_export.scenes.backgrounds import _DRAWN_LOOKS_LIKE, PHOTOS
from zeroshot4j_export.tiny.concepts import load
from zeroshot4j_export.tiny.scenes import related

CONCEPTS = {c.name: c for c in load()}


def confusable(a, b):
    return asking.confusable(CONCEPTS[a], CONCEPTS[b])


def test_what_may_pass_for_another_or_shows_it_is_confusable():
    assert confusable("cat", "cat")
    assert confusable("wolf", "dog")  # both mammals
    assert confusable("watch", "clock")  # listed as alike
    assert confusable("man", "T-shirt") and confusable("bus", "wheel")  # a picture of a man shows a shirt
    assert confusable("cat", "eye") and confusable("rose", "leaves")
    assert not confusable("cat", "banana") and not confusable("shark", "eagle") and not confusable("bus", "T-shirt")


def test_confusable_works_both_ways_and_covers_related():
    for a, b in itertools.combinations(list(CONCEPTS.values())[::3], 2):
        assert asking.confusable(a, b) == asking.confusable(b, a), (a.name, b.name)
        assert asking.confusable(a, b) or not related(a, b), (a.name, b.name)


def test_every_name_in_the_tables_is_a_concept_or_a_hypernym():
    hypernyms = {h for c in CONCEPTS.values() for h in c.hypernyms}
    names = {n for alike in asking._ALIKE for n in alike} | set(pools.CLUTTER) | set(_DRAWN_LOOKS_LIKE)
    assert names | {n for p in PHOTOS for n in p.shows} <= set(CONCEPTS)
    assert {n for whole, part in asking._SHOWS for n in whole | part} <= set(CONCEPTS) | hypernyms


def test_absent_concepts_are_none_of_the_visible_ones_nor_like_them(rng):
    visible = [CONCEPTS["cat"], CONCEPTS["bus"]]
    drawn = asking.absent(list(CONCEPTS.values()), visible, 100, rng)
    assert len({c.name for c in drawn}) == 100
    assert not any(asking.confusable(c, v) for c in drawn for v in visible)
