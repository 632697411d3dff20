"""Who wants no more texts is heard, and nobody is taken for one who does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.relay.opt_out_words import Intent, classify

STOPS = (
    "stop",
    "quit",
    "end",
    "revoke",
    "opt out",
    "cancel",
    "unsubscribe",
    "stopall",
    "stop all",
    "opt-out",
    "optout",
    "arret",
    "arrêt",
)
STARTS = ("start", "unstop")
HELPS = ("help", "info", "aide")


@pytest.mark.parametrize("word", STOPS)
def test_an_opt_out_word_alone_stops_at_once(word: str) -> None:
    """The FCC's list, and what carriers add to it."""
    assert classify(word) is Intent.STOP


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "Stop.",
        " stop \n",
        "stop!!!",
        "“Stop”",
        "'STOP'",
        '"stop".',
        "(stop)",
        "STOP‼️",
        "Stop…",
        "ＳＴＯＰ",
        "\u200bstop\u00a0",
        "Opt  Out",
        "OPT‑OUT.",
        "ARRÊT",
        "arre\u0302t",
        "Unsubscribe, ",
    ],
)
def test_what_phones_and_people_add_to_the_word_does_not_matter(text: str) -> None:
    """Capitals, blanks, quotes, accents and punctuation are not part of the word."""
    assert classify(text) is Intent.STOP


@pytest.mark.parametrize("word", STARTS)
def test_start_and_unstop_lift_a_block(word: str) -> None:
    """The word that the carriers tell people, and the one that Flowroute documents."""
    assert classify(word.upper() + "!") is Intent.START


@pytest.mark.parametrize("word", HELPS)
def test_help_asks_who_we_are(word: str) -> None:
    """HELP, INFO and the French word of Canada."""
    assert classify(word.title() + "?") is Intent.HELP


@pytest.mark.parametrize("text", ["yes", "Yes please", "ok", "continue", "start tomorrow", "help me move it"])
def test_an_everyday_answer_lifts_no_block(text: str) -> None:
    """Somebody who answers "yes" to a question does not mean to undo a STOP."""
    assert classify(text) is Intent.NONE


@pytest.mark.parametrize(
    "text",
    [
        # a word among courtesies
        "stop please",
        "STOP PLEASE",
        "Please stop.",
        "pls stop",
        "please cancel",
        "Cancel, thank you",
        "ok stop now",
        "Hi, stop",
        "stop stop stop",
        "Stop 🛑",
        "stop 😂",
        "Just stop already!!",
        "stop it",
        "No more please",
        # one sentence of several
        "Stop. Who is this?",
        "Wrong person. Can you stop?",
        "STOP!!! I mean it",
        "STOP\n\nSent from my iPhone",
        "I want you to stop",
        "no, stop",
        "I said stop",
        "stop/cancel",
        "remove please",
        # outright
        "unsubscribe me",
        "How do I unsubscribe",
        "I would like to opt out",
        "opt me out of this",
        "Unsub",
        "leave me alone",
        "omg leave us alone",
        "lose my number",
        "put me on your do not call list",
        "I hereby revoke my consent",
        "never call me again",
        "Cease and desist.",
        # ending it
        "pls stop texting me",
        "STOP TEXTING ME",
        "can u stop txting me",
        "stop sending me these texts",
        "stop sending me stuff",
        "Stop with the messages",
        "could you please stop messaging this number",
        "why don't you stop texting me",
        "If you don’t stop texting me I will call the police",
        "i dont know you stop texting me",
        "quit bothering me",
        "stop calling me!",
        "please cease all contact",
        "cancel these reminders",
        "I don't want any more texts",
        "I do not want you to contact me",
        "i no longer wish to receive these messages",
        "dont want to get any more of your msgs",
        "sick of your texts",
        "stop fucking texting me",
        "how do I stop these messages",
        "when will you stop texting me",
        # forbidding it
        "do not contact me again",
        "Don't text me.",
        "don’t ever message us again",
        "dont txt this number",
        "this is the wrong number do not text me",
        "never text me again",
        "No more texts!",
        "I told you do not text me",
        "i asked you not to text me",
        "please don't send me any more text messages",
        # off the list
        "take me off your list",
        "Take my number off your list please",
        "take me off",
        "get me off of this list",
        "remove my number",
        "Remove me now",
        "please remove me from your list thanks",
        "delete my number from your system",
    ],
)
def test_free_text_that_sounds_like_opting_out_is_put_to_a_person(text: str) -> None:
    """Any reasonable way of saying it counts, and a person decides about it."""
    assert classify(text) is Intent.SOUNDS_LIKE_STOP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "👍",
        "cancel my Tuesday slot",
        "I need to cancel my appointment",
        "Can you cancel?",
        "Yes, cancel.",
        "the bus stop on 5th",
        "text me when you get to the bus stop text me anyway",
        "At the next stop message me",
        "can you stop by tomorrow",
        "stop by and text me",
        "I'll stop at the store",
        "Where does the train stop",
        "please don't stop",
        "Please do not stop texting me, I like it",
        "I don't want you to stop texting me",
        "I can't stop texting you lol",
        "did you stop texting me?",
        "don't unsubscribe me",
        "I don't want to opt out",
        "please don't leave me alone with him",
        "don't remove my number",
        "I quit my job",
        "he should quit texting her",
        "when does it end",
        "in the end we went home",
        "At the end text me the address",
        "end of day works",
        "The end.",
        "week-end plans?",
        "I never text while driving",
        "I don't text much",
        "you never text me back",
        "I never got your message",
        "I don't get your texts",
        "why don't you text me the address",
        "Don't call me, text me",
        "I did not text you",
        "there are no more messages",
        "no more milk please",
        "I don't want the blue one",
        "tired of waiting",
        "don't forget to text me",
        "don't send the invoice yet",
        "don't bother, I'll come by",
        "never mind",
        "wrong number",
        "not interested in the blue one",
        "take me home",
        "can you drop me off",
        "get me a list of parts",
        "remove me from the 5pm slot",
        "remove my number from the account and add my wife's",
        "remove the stain",
        "contact me tomorrow",
        "I revoked his key",
        "the non-stop flight",
        "stopped by earlier",
        "unstoppable!",
        "cancellation policy?",
        "what's the info on that",
        "I want to start tomorrow",
    ],
)
def test_everyday_texts_block_nobody(text: str) -> None:
    """A word that happens to be on the list means nothing among others."""
    assert classify(text) is Intent.NONE


AROUND = st.text(st.sampled_from(" \t\n\u00a0\u200b.!?,;:\"'“”‘’()[]-…"), max_size=6)


@given(
    before=AROUND,
    word=st.sampled_from(STOPS + STARTS + HELPS),
    after=AROUND,
    upper=st.lists(st.booleans(), min_size=11, max_size=11),
)
def test_a_word_keeps_its_meaning_in_any_capitals_and_punctuation(
    before: str, word: str, after: str, upper: list[bool]
) -> None:
    """However it is typed, it acts as the bare word does."""
    typed = "".join(letter.upper() if raised else letter for letter, raised in zip(word, upper, strict=False))
    assert classify(before + typed + after) is classify(word)


@given(word=st.sampled_from(STOPS + STARTS + HELPS), more=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
def test_nothing_acts_at_once_with_another_word_beside_it(word: str, more: str) -> None:
    """Only the word and nothing else; everything more is at most put to a person."""
    if more != "all":
        assert classify(f"{more} {word}") in {Intent.NONE, Intent.SOUNDS_LIKE_STOP}
        assert classify(f"{word} {more}") in {Intent.NONE, Intent.SOUNDS_LIKE_STOP}


@given(st.text())
def test_every_text_has_a_meaning(text: str) -> None:
    """A stranger's text never breaks the relay."""
    assert classify(text) in Intent
