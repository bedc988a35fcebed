"""More than 10,000 seeded strings of every kind that a prompt may be, for the full vocabulary of CLIP."""

import random
import unicodedata
from importlib.resources import files

from zeroshot4j_export.goldens.prompts import hostile

SEED = 20210105
SPACES = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2003\u2009\u2028\u2029\u202f\u205f\u3000"
INVISIBLE = "\u00ad\u200b\u200c\u200e\u200f\u2060\u2066\u2069\ufeff\ufff9\ufffc"
CONTROLS = [chr(i) for i in (*range(0x20), *range(0x7F, 0xA0))] + list(INVISIBLE)
ACCENTS = [chr(i) for i in range(0x300, 0x370)]
EMOJI_BLOCKS = ((0x1F300, 0x1F650), (0x1F680, 0x1F6D3), (0x1F900, 0x1FA00), (0x2600, 0x27C0))
EMOJI = [chr(i) for block in EMOJI_BLOCKS for i in range(*block)]
PEOPLE = [chr(i) for i in range(0x1F466, 0x1F479)]
TONES = [chr(i) for i in range(0x1F3FB, 0x1F400)]
REGIONS = [chr(i) for i in range(0x1F1E6, 0x1F200)]
ENTITIES = (
    "&amp; &lt; &gt; &quot; &apos; &nbsp; &eacute; &#39; &#8217; &#x27; &#x1F431; &amp;amp; &amp;lt;b&amp;gt; &copy &; &#; "
    "&notanentity; <br> <b> </b> <!--x--> &ldquo; &rdquo; &hellip;"
).split()
QUOTES = (
    "\u2018 \u2019 \u201a \u201b \u201c \u201d \u201e \u00ab \u00bb \u2039 \u203a ' \" ` \u00b4 \u2032 \u2013 \u2014 \u2026 "
    "\u3008 \u300c \uff02"
).split()
ENDINGS = "'s 't 're 've 'm 'll 'd 'S 'T 'RE 'LL ' '' 'x \u2019s \u2019t 'sx 'tis s' 'n'".split()
NUMBERS = (
    "{}", "{}.{}", "{},{}", "{}/{}", "-{}", "+{}%", "{}th", "{}x{}", "${}.{}", "\u20ac{}", "{}\u00b0C", "#{}", "{}:{}", "({})",
    "{}e{}", "0x{}", "{}kg", "no. {}", "{}\u00b2", "\u00bd {}", "{}\u2013{}", "'{}s",
)  # fmt: skip
DIGITS = (0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10, 0x1D7CE, 0x2460, 0x2160, 0x2080)
EAST_ASIAN = (
    (0x4E00, 0x9FA6), (0x3041, 0x3097), (0x30A1, 0x30FB), (0xAC00, 0xD7A4), (0x1100, 0x1113), (0x3000, 0x3020), (0xFF01, 0xFFA0),
    (0x20000, 0x20040),
)  # fmt: skip
RIGHT_TO_LEFT = (
    (0x5D0, 0x5EB), (0x5B0, 0x5C0), (0x620, 0x64B), (0x64B, 0x660), (0x660, 0x66A), (0x710, 0x730), (0xFE70, 0xFEFC),
    (0x202A, 0x202F),
)  # fmt: skip
OTHER_SCRIPTS = (
    (0xC0, 0x250), (0x250, 0x2B0), (0x370, 0x400), (0x400, 0x530), (0x531, 0x588), (0x904, 0x950), (0xE01, 0xE3B),
    (0x10A0, 0x1100), (0x1E00, 0x1F00), (0x1F00, 0x2000), (0x2100, 0x2190), (0x2190, 0x2400), (0x2500, 0x2600), (0x2C00, 0x2C60),
    (0xA640, 0xA660), (0xFB00, 0xFB07), (0x10400, 0x10450), (0x1D400, 0x1D500),
)  # fmt: skip


class Strings:
    """The generator. Only random() is used of Python's: it is the same in every version."""

    def __init__(self, tokenizer):
        self._tokenizer = tokenizer
        self._random = random.Random(SEED)
        captions = files("zeroshot4j_export.goldens").joinpath("data", "captions.txt")
        self.captions = captions.read_text(encoding="ascii").splitlines()
        self._words = sorted({word for caption in self.captions for word in caption.split()})
        plain = (p for p in tokenizer.get_vocab() if p.isascii() and p.isprintable() and "<|" not in p)
        self._pieces = sorted(piece.removesuffix("</w>") for piece in plain)

    def all(self, context_length: int) -> dict[str, list[str]]:
        """The strings by kind. The last two kinds are measured with the tokenizer; special tokens are in no string."""
        kinds = {
            "hostile": [p for p in hostile(context_length) if "<|startoftext|>" not in p and "<|endoftext|>" not in p],
            "captions": self.captions + [c.upper() for c in self.captions] + [f"a photo of {c}." for c in self.captions],
            "words": self._many(1800, lambda: self._sentence(1, 9)),
            "pieces": self._many(1500, lambda: self._from(self._pieces, 1, 6, self._pick(("", " ", " ", "-", ".")))),
            "punctuation": self._many(500, lambda: self._mixed(self._any_of("!#$%()*+,-./:;<=>?@[]^_{|}~"), 4)),
            "contractions": self._many(600, lambda: self._mixed(lambda: self._pick(ENDINGS), 3)),
            "numbers": self._many(600, self._numbers),
            "whitespace": self._many(500, lambda: self._mixed(lambda: self._from(SPACES, 1, 4, ""), 4)),
            "controls": self._many(400, lambda: self._mixed(lambda: self._pick(CONTROLS), 3)),
            "entities": self._many(400, lambda: self._mixed(lambda: self._pick(ENTITIES), 3)),
            "quotes": self._many(500, lambda: self._mixed(lambda: self._pick(QUOTES), 4)),
            "accents": self._many(800, self._accented),
            "emoji": self._many(700, lambda: self._mixed(self._emoji, 3)),
            "east asian": self._many(600, lambda: self._script(EAST_ASIAN, 1, 10)),
            "right to left": self._many(600, lambda: self._script(RIGHT_TO_LEFT, 1, 14)),
            "other scripts": self._many(700, lambda: self._script(OTHER_SCRIPTS, 1, 10)),
            "any Unicode": self._many(700, lambda: "".join(self._character() for _ in range(self._between(1, 9)))),
            "long": [self._sentence(n, n) for n in (200, 200, 200, 1000)] + [" ".join(["a"] * n) for n in (200, 1000)],
        }
        for tokens in range(context_length - 3, context_length + 3):  # marks included
            kinds[f"{tokens} tokens"] = self._many(30, lambda tokens=tokens: self._of_length(tokens))
        return kinds

    def _many(self, count: int, make) -> list[str]:
        return [make() for _ in range(count)]

    def _between(self, low: int, high: int) -> int:
        return low + int(self._random.random() * (high - low + 1))

    def _pick(self, items):
        return items[self._between(0, len(items) - 1)]

    def _any_of(self, characters: str):
        return lambda: self._from(characters, 1, 3, "")

    def _from(self, items, low: int, high: int, between: str) -> str:
        return between.join(self._pick(items) for _ in range(self._between(low, high)))

    def _sentence(self, low: int, high: int) -> str:
        return self._from(self._words, low, high, " ")

    def _mixed(self, make, high: int) -> str:
        """Words with something in, before, after or instead of the spaces between them."""
        text = self._pick(("", make()))
        for _ in range(self._between(1, high)):
            text += self._pick(self._words) + self._pick(("", " ")) + make() + self._pick(("", " "))
        return text + self._pick(("", self._pick(self._words)))

    def _numbers(self) -> str:
        parts = []
        for _ in range(self._between(1, 3)):
            zero = self._pick(DIGITS) if self._random.random() < 0.3 else DIGITS[0]
            number = ["".join(chr(zero + self._between(0, 9)) for _ in range(self._between(1, 5))) for _ in range(2)]
            parts.append(self._pick(NUMBERS).format(*number))
        return self._pick(self._words) + " " + " ".join(parts) + self._pick(("", "cats", " cats"))

    def _accented(self) -> str:
        word = "".join(self._pick("aeiouycnszAEIOU") + self._from(ACCENTS, 0, 2, "") for _ in range(self._between(1, 6)))
        form = self._pick(("NFC", "NFD", "NFKC", "NFKD", ""))
        word = unicodedata.normalize(form, word) if form else word
        return self._pick(("", "a ", "the ")) + word + self._pick(("", " cat"))

    def _emoji(self) -> str:
        kind = self._random.random()
        if kind < 0.3:
            return self._pick(EMOJI)
        if kind < 0.5:
            return self._pick(EMOJI) + self._pick((*TONES, "\ufe0f", "\ufe0e"))
        if kind < 0.65:
            return self._pick(REGIONS) + self._pick(REGIONS)
        if kind < 0.75:
            return self._pick("0123456789#*") + "\ufe0f\u20e3"
        return "\u200d".join(self._pick(PEOPLE) + self._pick(("", self._pick(TONES))) for _ in range(self._between(2, 4)))

    def _script(self, ranges, low: int, high: int) -> str:
        text = ""
        for _ in range(self._between(1, 3)):
            first, end = self._pick(ranges)
            text += "".join(self._assigned(first, end) for _ in range(self._between(low, high // 2)))
            text += self._pick(("", " ", " ", self._pick(self._words)))
        return text

    def _character(self) -> str:
        return self._assigned(0, 0x323B0 if self._random.random() < 0.5 else 0x10000)

    def _assigned(self, first: int, end: int) -> str:
        """No surrogates, which are not text, and none of which libraries may differ on whether they are letters."""
        while True:
            character = chr(self._between(first, end - 1))
            if unicodedata.category(character) not in ("Cn", "Cs", "Co"):
                return character

    def _of_length(self, tokens: int) -> str:
        """Words, and as many "a", each one token, as are missing to the number of tokens."""
        text = self._pick(self._words)
        while True:
            longer = text + " " + self._pick(self._words)
            if self._count(longer) > tokens:
                return text + " a" * (tokens - self._count(text))
            text = longer

    def _count(self, text: str) -> int:
        return len(self._tokenizer(text).input_ids)
