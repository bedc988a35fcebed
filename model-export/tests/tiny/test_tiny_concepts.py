import random
import re

import pytest

from zeroshot4j_export.tiny import captions
from zeroshot4j_export.tiny.concepts import NameMatcher, article, load, parse, plural


def test_the_committed_list_is_everyday_sized_and_has_no_name_twice():
    concepts = load()
    assert 300 <= len(concepts) <= 560
    assert len({c.name for c in concepts}) == len(concepts)
    assert all(c.hypernyms for c in concepts)


def test_parse_reads_groups_fields_and_caption_only_synonyms():
    (bee,) = parse("[animal, insect]\nbee | honeybee, (busy bee) | - | Bee model | pet")
    assert bee.synonyms == ("honeybee",) and bee.caption_only == ("busy bee",)
    assert bee.emoji == () and bee.models == ("Bee model",) and bee.hypernyms == ("animal", "insect", "pet")


def test_parse_refuses_a_name_listed_twice():
    with pytest.raises(ValueError, match=r"concepts.txt:3: concept \(cat\) must be listed once"):
        parse("[animal]\ncat\ncat")


@pytest.mark.parametrize(("noun", "many"), [
    ("cat", "cats"), ("mouse", "mice"), ("butterfly", "butterflies"), ("bus", "buses"), ("box", "boxes"), ("key", "keys"),
    ("bunch of grapes", "bunches of grapes"), ("scissors", None), ("bread", None), ("glass of milk", "glasses of milk"),
    ("plant in a pot", "plants in a pot"), ("fork and knife", "forks and knives"), ("gentleman", "gentlemen"), ("dice", "dice"),
    ("compass", "compasses"), ("cloud with rain", "clouds with rain"),
])  # fmt: skip
def test_plural(noun, many):
    assert plural(noun) == many


@pytest.mark.parametrize(("noun", "phrase"), [
    ("cat", "a cat"), ("apple", "an apple"), ("unicorn", "a unicorn"), ("hourglass", "an hourglass"),
    ("scissors", "scissors"), ("bread", "bread"), ("UFO", "a UFO"),
])  # fmt: skip
def test_article(noun, phrase):
    assert article(noun) == phrase


@pytest.mark.parametrize(("stem", "concept"), [
    ("cat_01", "cat"), ("kitty_john_smith_02", "cat"), ("red-hammer", "hammer"), ("cat_and_mouse_03", None),
    ("catalogue", None), ("john_cat", None),
])  # fmt: skip
def test_clip_art_is_matched_by_its_first_words_and_strictly(concepts, stem, concept):
    assert NameMatcher(concepts).filed(stem) == concept


@pytest.mark.parametrize(("sentence", "concept"), [
    ("A black cat.", "cat"), ("Mice.", "mouse"), ("A computer mouse. Squeak!", None), ("A VW hammer.", None),
])  # fmt: skip
def test_descriptions_are_matched_whole(concepts, sentence, concept):
    assert NameMatcher(concepts).described(sentence) == concept


def test_every_word_of_every_caption_is_a_known_word(concepts):
    known, rng = set(captions.known_words(concepts)), random.Random(1)
    for _ in range(500):
        text = captions.caption(rng.choice(concepts), rng) + " " + captions.hypernym_caption("animal", rng)
        assert set(re.findall(r"[^\W\d_]+", text)) <= known, text


@pytest.mark.parametrize(("typed", "name"), [
    ("tv", "television"), ("cell phone", "mobile phone"), ("motorbike", "motorcycle"), ("plane", "airplane"),
    ("bike", "bicycle"), ("bunny", "rabbit"), ("couch", "sofa"), ("fridge", "refrigerator"), ("lightbulb", "light bulb"),
    ("dustbin", "trash can"),
])  # fmt: skip
def test_what_people_type_is_a_name(typed, name):
    assert NameMatcher(load()).exact(typed) == name


def test_no_name_means_two_concepts():
    names = [name.lower() for c in load() for name in dict.fromkeys(c.names)]
    assert sorted(n for n in set(names) if names.count(n) > 1) == []
