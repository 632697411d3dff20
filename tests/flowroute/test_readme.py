"""The README runs: every example, one after another, against the stand-in."""

import re
from pathlib import Path
from typing import Any

import pytest

import flowroute
from flowroute import CallbackKind, Flowroute
from tests.flowroute.carrier import KEYS, running_carrier

README = Path(flowroute.__file__).with_name("README.md").read_text()
RESOURCES = ("numbers", "routes", "messages", "message_provision", "e911", "cnam", "cdrs", "porting")


def examples() -> list[tuple[str, str]]:
    """Heading and code of each example."""
    found: list[tuple[str, str]] = []
    for section in re.split(r"^#+ ", README, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0]
        found += [(heading, code) for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL)]
    return found


def test_the_examples_run_as_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever copies an example gets something that works."""
    with running_carrier() as (carrier, url):
        monkeypatch.setenv("FR_ACCESS_KEY", KEYS[0])
        monkeypatch.setenv("FR_SECRET_KEY", KEYS[1])
        monkeypatch.setenv("FLOWROUTE_API_URL", url)
        names: dict[str, Any] = {}
        for heading, code in examples():
            exec(compile(code, f"README, {heading}", "exec"), names)  # noqa: S102 - our own README
        names["client"].close()
        assert {call.status for call in carrier.calls} <= {200, 201, 202, 204, 404}
    assert "Somebody was faster." in capsys.readouterr().out


def test_every_resource_has_its_example() -> None:
    """A resource that the README does not show would be found by nobody."""
    code = "".join(code for _, code in examples())
    assert [name for name in RESOURCES if f"client.{name}." not in code] == []


def test_the_table_of_the_official_sdk_names_only_what_exists() -> None:
    """Someone who changes over finds every method under the name given."""
    table = README.partition("## From the official SDK")[2]
    ours = re.findall(
        r"`((?:\w+)\.(?:\w+))[`(]", "".join(row.split("|")[2] for row in table.splitlines() if "|" in row)
    )
    with Flowroute("key", "secret") as client:
        for name in ours:
            resource, method = name.split(".")
            if resource != CallbackKind.__name__:
                assert callable(getattr(getattr(client, resource), method)), name
    assert len(ours) > 50
