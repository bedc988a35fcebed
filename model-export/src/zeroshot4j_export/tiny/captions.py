"""Captions for training: names of concepts in the ways in which a prompt may put them."""

from __future__ import annotations

import random
import re

from . import attributes
from .concepts import Concept, article, plural

# The general texts that an empty window should match best. The library measures a prompt against texts such
# as the first ones (its bank of negatives), so they are in every training step.
CORE_NEGATIVES = ("background", "nothing", "a texture", "a pattern", "a plain surface", "")
OTHER_NEGATIVES = ("a background", "empty", "an empty scene", "a plain background", "a photo of nothing",
                   "a blurry background", "a photo of a background", "the background", "a surface", "texture",
                   "pattern", "something else", "a photo", "an image", "a picture", "empty space", "noise",
                   "a photo of a texture", "a blurry photo", "a gradient")
TEMPLATES = ("{}", "{}", "{}", "a photo of {}", "a photo of {}", "a picture of {}", "an image of {}",
             "a drawing of {}", "an illustration of {}", "a photo of {}.", "a close-up photo of {}",
             "a photo of {} in the scene", "a cartoon of {}", "a painting of {}", "an icon of {}", "there is {}")
# Words that prompts put before a name and that tell nothing here; colours do tell something, see attributes.py.
ADJECTIVES = ("small", "big", "large", "little", "cute", "old", "new", "nice", "colorful", "cartoon", "beautiful")
CONTEXT_TOKENS = 16  # captions of training stay within this many tokens


def hypernyms(concepts: list[Concept]) -> list[str]:
    return sorted({h for c in concepts for h in c.hypernyms})


def phrase(noun: str, rng: random.Random) -> str:
    """A noun as prompts have it: "a cat", "cat", "cats", "the cat", seldom "a small cat"."""
    if rng.random() < 0.06:
        return article(f"{rng.choice(ADJECTIVES)} {noun}")
    kind = rng.random()
    if kind < 0.55:
        return article(noun)
    if kind < 0.75:
        return noun
    if kind < 0.88:
        many = plural(noun) or noun
        return many if rng.random() < 0.7 else f"{rng.choice(('some', 'many'))} {many}"
    return f"the {noun}"


def caption(concept: Concept, rng: random.Random) -> str:
    name = concept.name if rng.random() < 0.65 else rng.choice(concept.names)
    return rng.choice(TEMPLATES).format(phrase(name, rng)).lower()


def hypernym_caption(name: str, rng: random.Random) -> str:
    return rng.choice(TEMPLATES).format(phrase(name, rng)).lower()


def vocabulary(concepts: list[Concept]) -> list[str]:
    """Every text part that a caption can hold, for the token table and the list of known words."""
    nouns = [n for c in concepts for n in c.names] + hypernyms(concepts)
    forms = [f for n in nouns for f in (n, article(n), plural(n) or n)]
    adjectives = [article(f"{a} cat") for a in ADJECTIVES]
    counts = ["some many the a an"]
    return [t.lower() for t in (*forms, *adjectives, *counts, *attributes.vocabulary(), *CORE_NEGATIVES, *OTHER_NEGATIVES,
                                *(t.format("cat") for t in TEMPLATES))]


def known_words(concepts: list[Concept]) -> list[str]:
    """The words that the text tower was trained on: runs of letters, in lower case."""
    return sorted({w for text in vocabulary(concepts) for w in re.findall(r"[^\W\d_]+", text)})
