"""The concept list: names, synonyms and hypernyms, captions made of them, and the matching of picture names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

_IRREGULAR = {
    "mouse": "mice", "computer mouse": "computer mice", "foot": "feet", "tooth": "teeth", "goose": "geese",
    "man": "men", "woman": "women", "old man": "old men", "old woman": "old women", "knife": "knives",
    "leaf": "leaves", "maple leaf": "maple leaves", "loaf": "loaves", "wolf": "wolves", "scarf": "scarves",
    "ox": "oxen", "deer": "deer", "sheep": "sheep", "fish": "fish", "bison": "bison", "moose": "moose",
    "squid": "squid", "shrimp": "shrimp", "policeman": "policemen", "fireman": "firemen", "snowman": "snowmen",
    "goldfish": "goldfish", "tropical fish": "tropical fish", "person": "people", "box": "boxes",
    "dice": "dice", "die": "dice", "gentleman": "gentlemen", "bookshelf": "bookshelves", "aircraft": "aircraft",
    "rhinoceros": "rhinoceroses", "jellyfish": "jellyfish", "buffalo": "buffalo", "sheaf": "sheaves", "elk": "elk",
    "mosquito": "mosquitoes",
}
_UNCOUNTED = {"bread", "rice", "salt", "butter", "popcorn", "bacon", "corn", "garlic", "soup", "salad", "spaghetti",
              "fire", "wood", "soap", "bamboo", "wheat", "lettuce", "broccoli", "beer", "lightning", "rain",
              "money", "cash", "luggage", "mail", "milk", "coffee", "tea", "meat", "pasta", "ramen", "sushi", "honey",
              "wool", "firewood", "cutlery", "maize", "sweetcorn", "paper", "cattle", "bowling", "pong"}


@dataclass(frozen=True)
class Concept:
    name: str
    synonyms: tuple[str, ...]
    caption_only: tuple[str, ...]
    emoji: tuple[str, ...]
    models: tuple[str, ...]
    hypernyms: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the concept, the main one first."""
        return (self.name, *self.synonyms, *self.caption_only)


def plural(noun: str) -> str | None:
    """The plural of a noun phrase, or None where it is plural or uncounted already."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    parts = re.split(r" (of|in|with) ", noun, maxsplit=1)
    if len(parts) > 1:
        many = plural(parts[0])
        return " ".join([many, *parts[1:]]) if many else None
    if " and " in noun:
        pair = [plural(part) for part in noun.split(" and ", 1)]
        return " and ".join(pair) if all(pair) else None
    last = noun.split()[-1].lower()
    if last in _UNCOUNTED or (last.endswith("s") and not last.endswith(("ss", "us", "bus"))):
        return None
    if " " in noun and last in _IRREGULAR:
        return noun[: -len(last)] + _IRREGULAR[last]
    if last.endswith("y") and last[-2] not in "aeiou":
        return noun[:-1] + "ies"
    if last.endswith(("s", "x", "z", "ch", "sh")) or last in ("tomato", "potato", "mango", "volcano"):
        return noun + "es"
    return noun + "s"


def article(noun: str) -> str:
    """The noun with its indefinite article; plural and uncounted nouns stay bare."""
    if plural(noun) is None or plural(noun) == noun and noun.split()[-1] in _UNCOUNTED:
        return noun
    first = noun.split()[0].lower()
    vowel = first[0] in "aeiou" and not first.startswith(("uni", "uk", "euro", "one", "ufo"))
    return ("an " if vowel or first in ("hourglass", "suv") else "a ") + noun


def parse(text: str) -> list[Concept]:
    concepts, group, seen = [], (), set()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            group = _items(line.strip("[]"))
            continue
        fields = [f.strip() for f in line.split("|")] + [""] * 4
        name = fields[0]
        if name in seen:
            raise ValueError(f"concepts.txt:{number}: concept ({name}) must be listed once")
        seen.add(name)
        emoji = () if fields[2] == "-" else _items(fields[2]) or (name,)
        synonyms = _items(fields[1])
        concepts.append(Concept(
            name,
            tuple(s for s in synonyms if not s.startswith("(")),
            tuple(s.strip("()") for s in synonyms if s.startswith("(")),
            emoji,
            _items(fields[3]),
            (*group, *_items(fields[4])),
        ))
    return concepts


def load() -> list[Concept]:
    return parse(resources.files(__package__).joinpath("concepts.txt").read_text("utf-8"))


def _items(field: str) -> tuple[str, ...]:
    return tuple(i.strip() for i in field.split(",") if i.strip())


def key(name: str) -> str:
    """A name without case, accents and punctuation: "Kiwi-Fruit" and "kiwi fruit" are the same key."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "").replace("'", "")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.lower()))


class NameMatcher:
    """Finds the concept that a file name or description means, strictly: in doubt it is None."""

    _ADJECTIVES = frozenset("a an the red blue green yellow white black brown grey gray pink purple orange big small "
                            "little large happy cute simple cartoon old ripe baby sleeping sitting common "
                            "colorful male female wild single open closed".split())

    def __init__(self, concepts: list[Concept]):
        self._by_name: dict[str, str] = {}
        for concept in concepts:
            for name in (concept.name, *concept.synonyms):
                for form in {name, plural(name) or name}:
                    self._by_name.setdefault(key(form), concept.name)
        self._words = {w for n in self._by_name for w in n.split()}

    def names(self) -> Iterable[tuple[str, str]]:
        """Every name as a key, with its concept."""
        return self._by_name.items()

    def exact(self, name: str) -> str | None:
        return self._by_name.get(key(name))

    def described(self, sentence: str) -> str | None:
        """The concept of a sentence such as "A red apple."; adjectives are dropped, anything else must match."""
        words = key(sentence.split(".")[0]).split()
        for start in range(len(words)):
            concept = self._by_name.get(" ".join(words[start:]))
            if concept:
                return concept
            if words[start] not in self._ADJECTIVES:
                return None
        return None

    def filed(self, stem: str) -> str | None:
        """The concept of a clip-art file such as "lighthouse_matthew_gates_01": the name comes first, the author
        after it; a further word that names things too makes the match doubtful."""
        words = [w for w in key(stem.replace("_", " ").replace("-", " ")).split() if not w.isdigit()]
        while words and words[0] in self._ADJECTIVES and words[0] not in self._by_name:
            words = words[1:]
        for length in range(min(4, len(words)), 0, -1):
            concept = self._by_name.get(" ".join(words[:length]))
            if concept:
                rest = words[length:]
                return None if any(w in self._words for w in rest) else concept
        return None
