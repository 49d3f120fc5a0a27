"""Search forms of a name: pinyin, initials, and grams for finding any two consecutive characters.

``王伟`` → pinyin ``wangwei``, initials ``ww``, grams ``王伟``; ``深圳华为技术有限公司`` is found by ``华为`` through its
grams and by ``szhw`` through its initials. Surnames have readings of their own (单 Shan, 解 Xie, 仇 Qiu, 曾 Zeng).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

PINYIN_MAX = 400
INITIALS_MAX = 120
PERSON_NAME_LENGTH = 4

# Surnames that read differently from the same character elsewhere, and compound surnames (现代汉语词典, 姓 entries).
SURNAMES = {
    "单": "shan", "單": "shan", "解": "xie", "仇": "qiu", "曾": "zeng", "查": "zha", "区": "ou", "區": "ou", "朴": "piao",
    "翟": "zhai", "盖": "ge", "蓋": "ge", "任": "ren", "华": "hua", "華": "hua", "洗": "xian", "冼": "xian", "员": "yun",
    "員": "yun", "缪": "miao", "繆": "miao", "乐": "yue", "樂": "yue", "覃": "qin", "召": "shao", "种": "chong",
    "秘": "bi", "繁": "po", "折": "she", "黑": "he", "宿": "su", "祭": "zhai", "谌": "chen", "諶": "chen", "应": "ying",
    "應": "ying", "纪": "ji", "紀": "ji", "车": "che", "車": "che", "石": "shi", "沈": "shen", "卜": "bu", "隗": "wei",
    "燕": "yan", "那": "na", "过": "guo", "過": "guo", "牟": "mou", "佴": "nai", "宓": "mi", "乜": "nie", "逄": "pang",
    "阚": "kan", "闞": "kan", "郇": "xun", "晁": "chao", "贠": "yun", "重": "chong", "哈": "ha", "教": "jiao",
    "尉迟": "yuchi", "尉遲": "yuchi", "万俟": "moqi", "萬俟": "moqi", "长孙": "zhangsun", "長孫": "zhangsun",
    "单于": "chanyu", "單于": "chanyu", "澹台": "tantai", "澹臺": "tantai", "鲜于": "xianyu", "令狐": "linghu",
    "亓官": "qiguan", "尉": "wei",
}  # fmt: skip
_COMPOUND_SYLLABLES = {
    "yuchi": ("yu", "chi"), "moqi": ("mo", "qi"), "zhangsun": ("zhang", "sun"), "chanyu": ("chan", "yu"),
    "tantai": ("tan", "tai"), "xianyu": ("xian", "yu"), "linghu": ("ling", "hu"), "qiguan": ("qi", "guan"),
}  # fmt: skip

# Pieces of legal forms: in so many enterprise names that looking one up by them alone would mean nothing.
COMMON_GRAMS = frozenset({"有限", "限公", "公司", "限责", "责任", "任公", "股份", "份有"})

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORDS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[0-9]+|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class NameForms:
    """``pinyin`` and ``initials`` are lower-case ASCII without spaces; ``grams`` have no doubles, in order."""

    pinyin: str
    initials: str
    grams: tuple[str, ...]


def fold(text: str) -> str:
    """Half-width, lower case, without accents on Latin letters: ``Ｍüller`` and ``muller`` are one name to a searcher."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", plain).lower()


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in the text."""
    return _HAN.search(text) is not None


def search_forms(name: str, *, person: bool | None = None) -> NameForms:
    """The forms that are stored with a customer. ``person`` says whether to read the first character as a surname;
    unsaid, a name of up to four Chinese characters is a person's.
    """
    folded = fold(name)
    words = _WORDS.findall(folded)
    if person is None:
        person = len(name) <= PERSON_NAME_LENGTH
    syllables: list[str] = []
    for place, word in enumerate(words):
        if not _HAN.match(word):
            syllables.append(word)
        elif person and place == 0:
            syllables.extend(_person_reading(word))
        else:
            syllables.extend(_reading(word))
    pinyin = "".join(syllables)
    initials = "".join(part if part.isdigit() else part[0] for part in syllables)
    return NameForms(pinyin[:PINYIN_MAX], initials[:INITIALS_MAX], grams_of(folded))


def grams_of(folded: str) -> tuple[str, ...]:
    """Two characters wherever one is Chinese, three inside words of letters and digits; legal-form pieces left out."""
    grams: dict[str, None] = {}
    run = "".join(_WORDS.findall(folded)) if has_han(folded) else folded
    for place in range(len(run) - 1):
        pair = run[place : place + 2]
        if not pair.isascii():
            if pair not in COMMON_GRAMS and " " not in pair:
                grams[pair] = None
            continue
        triple = run[place : place + 3]
        if len(triple) == 3 and triple.isascii() and triple.isalnum():
            grams[triple] = None
    return tuple(grams)


def latin_query(text: str) -> str:
    """What was typed, as it would begin the pinyin or the initials: ``Wang W`` → ``wangw``, ``lü`` and ``lyu`` → ``lv``."""
    typed = unicodedata.normalize("NFKC", text).lower().replace("ü", "v").replace("lyu", "lv").replace("nyu", "nv")
    return "".join(_WORDS.findall(fold(typed)))


def infix_query(text: str) -> tuple[str, tuple[str, ...]]:
    """What was typed, folded as names are for grams, and the grams that a name containing it must have."""
    folded = fold(text).strip()
    return folded, grams_of(folded)


def _person_reading(name: str) -> tuple[str, ...]:
    compound = SURNAMES.get(name[:2])
    if compound is not None and len(name) > 2:
        return _COMPOUND_SYLLABLES[compound] + _reading(name[2:])
    surname = SURNAMES.get(name[0])
    if surname is None:
        return _reading(name[0]) + (_reading(name[1:]) if name[1:] else ())
    return (surname,) + (_reading(name[1:]) if name[1:] else ())


@lru_cache(maxsize=65536)
def _reading(text: str) -> tuple[str, ...]:
    """Pinyin of a piece, one syllable per character; characters that no dictionary knows stay themselves."""
    # Its dictionaries take half a second to load: whoever only looks a number up does not wait for them.
    return tuple(fold(part) for part in import_module("pypinyin").lazy_pinyin(text))
