"""`python -m bot erase`: a person's wish to be forgotten, carried out beside a running bot."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bot.test_pictures import picture, thread_of
from tests.bot.test_settings import run
from tests.handlers.person import Person, shown
from tests.stage import ADMIN, AGENT, AUDIT, JONAS, MARIA, NUMBER, SUPPORT, Stage, wait_for

WORDS = ("the roof leaks", "we are on our way", "Maria Lopez", MARIA, "roof.png")


def everything_in(stage: Stage) -> str:
    """All that the database holds, as text."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        return "\n".join(db.iterdump())


def erase(stage: Stage, folder: Path, person: str, *, by: str = ADMIN) -> str:
    """What the command says."""
    answer = run(folder, "erase", person, "--by", by, "--yes", DATABASE_URL=stage.database_url)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_nothing_is_left_of_somebody_who_was_erased(stage: Stage, tmp_path: Path) -> None:
    """Words, names, files and number are gone, others' stay; the list does not bring them back."""
    # given
    with stage.bot(POLL_SECONDS="1"):
        stage.link()
        ada = Person(stage)
        ada.asks("relay name 206 555 0142 Maria Lopez")
        file = ("roof.png", "image/png", picture())
        stage.carrier.handset_send(MARIA, NUMBER, "the roof leaks", [file])
        thread = thread_of(stage, "the roof leaks")
        stage.workspace.member(AGENT).post(SUPPORT, "we are on our way", thread_ts=thread)
        stage.carrier.handset_send(JONAS, NUMBER, "Jonas here")
        thread_of(stage, "Jonas here")
        wait_for(lambda: "'shared'" in everything_in(stage), "the picture")
        wait_for(lambda: "'delivered'" in everything_in(stage), "the reply")
        wait_for(lambda: not is_posting(stage), "the posts")
        assert all(words in everything_in(stage) for words in WORDS)

        # when
        said = erase(stage, tmp_path, "(206) 555-0142")

        # then
        assert "Erased: 1 texts and 1 replies" in said
        assert f"https://slack.com/archives/{SUPPORT}/p{thread.replace('.', '')}" in said
        kept = everything_in(stage)
        assert [words for words in WORDS if words in kept] == []
        assert "Jonas here" in kept

        # and: the next reading of the list finds nothing new
        reading = last_reading(stage)
        wait_for(lambda: last_reading(stage) > reading, "a reading of the list")
        assert "the roof leaks" not in everything_in(stage)
        assert stage.texts_in(SUPPORT).count("the roof leaks") == 1

        # and: the audit says that it was done, by whom, and no more than is needed of to whom
        audit = shown(ada.asks("audit"))
        assert "had somebody erased" in audit
        assert "erased …42" in audit
        assert "Maria" not in audit


def test_what_the_audit_channel_says_of_them_is_listed(stage: Stage, tmp_path: Path) -> None:
    """Their number and name stand there, in posts that belong to no thread of theirs."""
    with stage.bot(AUDIT_CHANNEL=AUDIT):
        ada = Person(stage)
        ada.asks("relay name 206 555 0142 Maria Lopez")
        ada.asks("relay name 425 555 0177 Jonas")
        stage.workspace.wait_for(lambda: any("555-0177" in words for words in stage.texts_in(AUDIT)))
        wait_for(lambda: not is_posting(stage), "the posts")
        said = erase(stage, tmp_path, MARIA)

    about_her = [m["ts"] for m in stage.workspace.messages(AUDIT) if "555-0142" in m["text"]]
    listed = [line.rpartition("/p")[2] for line in said.splitlines() if f"/archives/{AUDIT}/" in line]
    assert listed == [ts.replace(".", "") for ts in about_her]
    assert len(listed) == 1


def test_a_wish_for_no_more_texts_outlives_whoever_wished_it(stage: Stage, tmp_path: Path) -> None:
    """Forgetting a STOP would mean to text them again."""
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(JONAS, NUMBER, "STOP")
        thread_of(stage, "STOP")
        wait_for(lambda: not is_posting(stage), "the posts")
        erase(stage, tmp_path, JONAS)
        assert "(425) 555-0177" in shown(Person(stage).asks("relay optouts"))


def test_somebody_who_was_erased_and_writes_again_is_new(stage: Stage, tmp_path: Path) -> None:
    """They begin a thread of their own, and are answered there."""
    with stage.bot():
        stage.link()
        stage.carrier.handset_send(MARIA, NUMBER, "first")
        before = thread_of(stage, "first")
        wait_for(lambda: not is_posting(stage), "the posts")
        erase(stage, tmp_path, MARIA)
        stage.carrier.handset_send(MARIA, NUMBER, "second")
        after = thread_of(stage, "second")
        stage.workspace.member(AGENT).post(SUPPORT, "welcome back", thread_ts=after)
        wait_for(lambda: stage.received_by(MARIA) == ["welcome back"], "the reply")
    assert before != after


def test_it_asks_before_it_erases_and_says_for_whom_it_must_be(stage: Stage, tmp_path: Path) -> None:
    """Without --yes somebody has to say so; a name instead of an id is refused."""
    unsure = run(tmp_path, "erase", MARIA, "--by", ADMIN, DATABASE_URL=stage.database_url)
    nameless = run(tmp_path, "erase", MARIA, "--by", "ada", "--yes", DATABASE_URL=stage.database_url)
    assert unsure.returncode == 1
    assert "cannot be undone" in unsure.stdout
    assert nameless.returncode == 2
    assert "U012ABCDEF" in nameless.stderr


def is_posting(stage: Stage) -> bool:
    """Whether the outcome of a post is not known yet, or one waits."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        return bool(db.execute("SELECT 1 FROM posts WHERE state IN ('waiting', 'posting')").fetchall())


def last_reading(stage: Stage) -> str:
    """When the message list was last read."""
    with closing(sqlite3.connect(stage.database_url.removeprefix("sqlite:///"))) as db:
        (at,) = db.execute("SELECT at FROM bookmarks WHERE name = 'message list'").fetchone()
        return str(at)
