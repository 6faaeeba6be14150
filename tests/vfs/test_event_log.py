"""A story is a list of events that knows whom it is about, and never grows without end."""

from coursekit.events import Removed
from coursekit.vfs.event_log import EventLog

OWNER = object()
EVENTS = [Removed(path=f"/{n}") for n in range(10)]


def test_a_part_without_gaps_knows_what_came_after_it() -> None:
    story = EventLog(OWNER, 100, EVENTS)
    part = story[2:5]
    assert isinstance(part, EventLog) and part == EVENTS[2:5]
    assert part.owner is OWNER and part.later == tuple(EVENTS[5:])
    assert isinstance(part[:1], EventLog) and part[:1].later == (*EVENTS[3:5], *EVENTS[5:])


def test_an_empty_part_comes_before_all_that_follows_its_place() -> None:
    part = EventLog(OWNER, 100, EVENTS)[4:2]
    assert isinstance(part, EventLog) and part == [] and part.later == tuple(EVENTS[4:])


def test_the_oldest_are_dropped_first() -> None:
    story = EventLog(OWNER, 8)
    for event in EVENTS:
        story.hear(event)
    assert len(story) <= 8 and story[-1] == EVENTS[-1] and story[0] == EVENTS[2]
