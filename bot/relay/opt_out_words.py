"""What a text from a phone means for our permission to text back, judged by its words alone.

A text that is an opt-out word and nothing else acts at once. The words are those of the FCC (47 CFR
64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe), what carriers add (stop all), and
ARRET and AIDE, the French pair of STOP and HELP in Canada. START and UNSTOP lift a block. YES does not,
although some carriers take it: people answer "yes" to ordinary questions, and that must not undo a STOP.

Any other text sounds like opting out, so that a person is asked, when one of these is so:

1. It is an opt-out word among courtesies ("cancel please"). For the words that mean nothing else, one
   sentence of several is enough, and so is a request ("Wrong person. Can you stop?").
2. A sentence says it outright: "unsubscribe", "leave me alone", "lose my number".
3. A sentence ends what we do: an ending word ("stop", "quit", "don't want"), then with only little words
   between them a word for texting ("stop sending me these texts"). Not when a negation stands before it
   ("don't stop texting"), when it is a place ("the bus stop"), or when it is about somebody else ("quit
   texting her").
4. A sentence forbids it: "don't", "never" or "no more", then likewise a word for texting ("do not ever text
   this number"). Not when it tells of a habit ("I never text").
5. A sentence asks to take the person or their number off a list.

In doubt a text sounds like it: a needless question costs one click, a missed opt-out may cost a fine. The
rules for free text know English only.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Final


class Intent(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    SOUNDS_LIKE_STOP = "sounds_like_stop"
    """Free text; a person has to decide."""
    NONE = "none"


def classify(text: str) -> Intent:
    """What `text` asks for; capitals, accents, and blanks, quotes and punctuation around it do not matter."""
    plain = _plain(text)
    alone = _alone(plain)
    for intent, words in _EXACT.items():
        if alone in words:
            return intent
    return Intent.SOUNDS_LIKE_STOP if _sounds_like_stop(plain) else Intent.NONE


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_CLEAR: Final = frozenset(
    {"stop", "stop all", "stopall", "opt out", "optout", "unsubscribe", "revoke", "arret"}
)
_EVERYDAY: Final = _set("quit end cancel")
"""Opt-out words when alone; among other sentences they are as often about an appointment."""
_EXACT: Final = {
    Intent.STOP: _CLEAR | _EVERYDAY,
    Intent.START: frozenset({"start", "unstop", "un stop"}),
    Intent.HELP: _set("help info aide"),
}

# Spellings and turns of phrase, brought to the few words that the rules know.
_SPELLINGS: Final = {
    **dict.fromkeys(("pls", "plz", "plse", "kindly"), "please"),
    **dict.fromkeys(("thx", "ty"), "thanks"),
    **dict.fromkeys(("dnt", "donot"), "dont"),
    **dict.fromkeys(("unsub", "unsuscribe", "unsubcribe"), "unsubscribe"),
    **dict.fromkeys(("txts", "sms"), "texts"),
    "txt": "text",
    "txting": "texting",
    "msg": "message",
    "msgs": "messages",
    "msging": "messaging",
    "u": "you",
    "ur": "your",
}
_TURNS: Final = (
    ("do not", "dont"),
    ("why dont you", "please"),
    ("if you dont", "please"),
    ("asked you not to", "said dont"),
    ("told you not to", "said dont"),
    ("told you", "said"),
    ("did you stop", "you stopped"),
    ("thank you", "thanks"),
    ("no more", "nomore"),
    ("dont want", "unwanted"),
    ("dont wanna", "unwanted"),
    ("dont wish", "unwanted"),
    ("dont need", "unwanted"),
    ("no longer want", "unwanted"),
    ("no longer wish", "unwanted"),
    ("tired of", "unwanted"),
    ("sick of", "unwanted"),
)

_COURTESIES: Final = _set(
    "please thanks now ok okay hi hello hey just immediately asap already sir maam sorry no"
)
_REQUESTS: Final = (
    "yes",
    "can you",
    "could you",
    "will you",
    "would you",
    "you need to",
    "you guys need to",
    "you have to",
    "you must",
    "i said",
    "i asked you to",
    "i want to",
    "i want you to",
    "i need you to",
    "i would like to",
    "id like to",
)
_IMPATIENT: Final = frozenset({"stop it", "stop this", "stop that", "nomore", "remove"})
"""Stops outside the official words; at most a person is asked about them."""

_OUTRIGHT: Final = (
    "unsubscribe",
    "opt out",
    "optout",
    "opt me out",
    "leave me alone",
    "leave us alone",
    "lose my number",
    "lose this number",
    "dont call list",
    "dont call me again",
    "dont call me anymore",
    "dont send me anything",
    "dont bother me",
    "dont consent",
    "cease and desist",
    "never call me",
    "revoke consent",
    "revoke my consent",
    "withdraw my consent",
    "fuck off",
)

_ENDING: Final = _set("stop quit cease end cancel discontinue unwanted")
_FORBIDDING: Final = _set("dont never nomore")
_TEXTING: Final = _set("text texts message messages contact spam harass reminders alerts notifications")
_GOING_ON: Final = _set("texting messaging contacting calling sending bothering bugging spamming harassing")
"""What can be ended besides. Calls are not among what is forbidden: "don't call me" often asks for a text."""
_LITTLE: Final = _set(
    "me us my our you your the these those this that any all of with to from be so many more even ever "
    "please again just constantly get getting receive receiving send damn fucking"
)
_NEGATIONS: Final = _set("dont never not didnt doesnt cant non nomore unwanted")
_BEFORE_A_PLACE: Final = _set("a the bus tram train next last first each every")
_HABIT: Final = _set("i we you they he she it who people have had got there are did")
_SOMEBODY_ELSE: Final = _set("you him her them he she they each")

_REMOVING: Final = _set("remove delete erase")
_TAKING: Final = _set("take get")
"""Only with "off": "take me home" is something else."""
_OURSELVES: Final = ("me", "us", "my number", "our number", "this number", "my phone number")
_LISTS: Final = _set("list lists contacts database system records texts text messages message thread group")
_REQUEST_WORDS: Final = 12
"""How many words after "remove" can still be about what to remove, and from what."""

_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘`´"))
_BETWEEN_WORDS: Final = re.compile(r"[\s_\-\u2010-\u2015]+")
_BETWEEN_SENTENCES: Final = re.compile(r"[.!?;:,/()\n\u2012-\u2015]+")
_WORD: Final = re.compile(r"[^\W_]+")


def _plain(text: str) -> str:
    """Lower case without accents and apostrophes; full-width letters become plain ones."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")


def _alone(plain: str) -> str:
    """The text less blanks and punctuation around it; an emoji stays, as it may make the word a joke."""
    start, end = 0, len(plain)
    while start < end and _is_trim(plain[start]):
        start += 1
    while start < end and _is_trim(plain[end - 1]):
        end -= 1
    return _BETWEEN_WORDS.sub(" ", plain[start:end])


def _is_trim(character: str) -> bool:
    """Whether it is punctuation, white space or invisible."""
    return unicodedata.category(character)[0] in "PZC"


def _sounds_like_stop(plain: str) -> bool:
    sentences = list(_sentences(plain))
    if _without_courtesies(" ".join(sentences)) in _EXACT[Intent.STOP]:
        return True
    return any(
        _is_a_clear_stop(sentence)
        or _says_it_outright(sentence)
        or _ends_or_forbids(sentence.split())
        or _wants_off_a_list(_without_courtesies(sentence).split())
        for sentence in sentences
    )


def _sentences(plain: str) -> Iterator[str]:
    """Sentences and parts of sentences, as words of the rules with one blank between them."""
    for part in _BETWEEN_SENTENCES.split(plain):
        words = _WORD.findall(part)
        if words:
            sentence = f" {' '.join(_SPELLINGS.get(word, word) for word in words)} "
            for turn, meaning in _TURNS:
                sentence = sentence.replace(f" {turn} ", f" {meaning} ")
            yield sentence.strip()


def _without_courtesies(sentence: str) -> str:
    return " ".join(word for word in sentence.split() if word not in _COURTESIES)


def _is_a_clear_stop(sentence: str) -> bool:
    said = _without_courtesies(sentence)
    for request in _REQUESTS:
        said = said.removeprefix(f"{request} ")
    return said in _CLEAR | _IMPATIENT or set(said.split()) == {"stop"}


def _says_it_outright(sentence: str) -> bool:
    for phrase in _OUTRIGHT:
        before, found, _ = f" {sentence} ".partition(f" {phrase} ")
        words = before.split()
        if found and not _is_negated(words, len(words)):
            return True
    return False


def _ends_or_forbids(words: Sequence[str]) -> bool:
    for place, word in enumerate(words):
        last = words[place - 1] if place else ""
        if word in _ENDING and _goes_on_with(_TEXTING | _GOING_ON, words, place + 1):
            if last not in _BEFORE_A_PLACE and not _is_negated(words, place):
                return True
        elif word in _FORBIDDING and last not in _HABIT and _goes_on_with(_TEXTING, words, place + 1):
            return True
    return False


def _goes_on_with(wanted: AbstractSet[str], words: Sequence[str], place: int) -> bool:
    """Whether the first word from `place` that is not little is wanted, and not done to somebody else."""
    while place < len(words) and words[place] in _LITTLE:
        place += 1
    object_ = words[place + 1] if place + 1 < len(words) else ""
    return place < len(words) and words[place] in wanted and object_ not in _SOMEBODY_ELSE


def _is_negated(words: Sequence[str], place: int) -> bool:
    """Whether the last word before `place` that is not little is a negation."""
    while place and words[place - 1] in _LITTLE:
        place -= 1
    return place > 0 and words[place - 1] in _NEGATIONS


def _wants_off_a_list(words: Sequence[str]) -> bool:
    return any(
        verb in _REMOVING | _TAKING
        and not _is_negated(words, place)
        and _removes_us(verb, words[place + 1 : place + 1 + _REQUEST_WORDS])
        for place, verb in enumerate(words)
    )


def _removes_us(verb: str, words: Sequence[str]) -> bool:
    """`me`, `my number`, then nothing more or `from your list`; after `take` only `off your list`."""
    for ourselves in _OURSELVES:
        length = len(ourselves.split())
        if " ".join(words[:length]) == ourselves:
            rest = words[length:]
            if verb in _TAKING and rest[:1] != ["off"]:
                return False
            return rest in ([], ["off"]) or any(word in _LISTS for word in rest)
    return False
