"""What changed between two known days, and who changed it."""

from datetime import date

import pytest

from selenograph.graph import history
from selenograph.graph.archivist import Archivist

SECOND = "source/2024-05-spacenews-serbia-ilrs"


@pytest.fixture(scope="module")
def on(built):
    keeper = Archivist(built)
    yield lambda day: keeper.release(date.fromisoformat(day)).open()
    keeper.close()


def test_a_party_that_an_article_tells_of_first_is_changed_by_it(on):
    [change] = {
        c for c in history.changes(on("2023-10-31"), on("2024-05-31"))
        if (c.frame, c.party) == ("programme/ilrs", "party/serbia")
    }  # fmt: skip
    assert change.before == ""
    assert change.after.startswith("party since 2024-05")
    assert (change.source, change.published) == (SECOND, "2024-05-31")


def test_a_party_that_two_articles_tell_of_alike_is_not_changed(on):
    told = {c.party for c in history.changes(on("2023-10-31"), on("2024-05-31"))}
    assert "party/russia" not in told
    assert "party/nicaragua" in told


def test_between_days_of_one_record_nothing_changes(on):
    assert not list(history.changes(on("2023-11-01"), on("2024-05-30")))


def test_only_what_was_not_known_before_changes_the_picture(on):
    found = list(history.changes(on("2023-10-31"), on("2024-05-31")))
    assert found
    assert {change.source for change in found} == {SECOND}


def test_backwards_what_was_known_is_gone_and_no_source_is_named(on):
    [change] = {
        c for c in history.changes(on("2024-05-31"), on("2023-10-31"))
        if (c.frame, c.party) == ("programme/ilrs", "party/serbia")
    }  # fmt: skip
    assert (change.after, change.source) == ("", "")
