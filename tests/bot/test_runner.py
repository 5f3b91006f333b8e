"""One part after the other gives what Rasa's own runner gives."""

import asyncio

import pytest
from rasa.core.channels.channel import UserMessage

from bot.runner import SequentialRunner

MESSAGES = [
    "j'ai perdu mon passeport",
    "bghit nrje3 l bladi",
    "أريد العودة إلى بلدي",
    "hello",
    "they will kill me",
    "😀",
    "",
]


@pytest.mark.parametrize("text", MESSAGES)
def test_a_message_is_understood_the_same(processor, rasas_processor, text):
    ours, rasas = (
        asyncio.run(one.parse_message(UserMessage(text, metadata={"typed": True})))
        for one in (processor, rasas_processor)
    )
    assert ours == rasas


class Schema:
    """Nodes that add up what they need; `needs` as in Rasa's graph schema."""

    class Node:
        def __init__(self, **needs):
            self.needs = needs

    nodes = {"sum": Node(a="left", b="right"), "left": Node(a="base"), "right": Node(a="base"), "base": Node(a="given")}
    nodes["alone"] = Node()
    target_names = ["sum"]


@pytest.fixture
def ran():
    return []


@pytest.fixture
def runner(ran):
    def node(name):
        def run(*inputs):
            ran.append(name)
            return name, 1 + sum(value for _, value in inputs)

        return run

    return SequentialRunner(Schema, {name: node(name) for name in Schema.nodes})


def test_each_part_runs_once_after_those_it_needs(runner, ran):
    assert runner.run({"given": 10}, ["sum"]) == {"sum": 25}
    assert ran == ["base", "left", "right", "sum"]


def test_what_no_target_needs_does_not_run(runner, ran):
    assert runner.run({"given": 1}) == {"sum": 7}
    assert "alone" not in ran


def test_several_targets_share_their_parts(runner, ran):
    assert runner.run({"given": 1}, ["left", "alone", "right"]) == {"left": 3, "alone": 1, "right": 3}
    assert ran.count("base") == 1


def test_a_run_does_not_remember_the_one_before(runner):
    assert runner.run({"given": 1}) != runner.run({"given": 2})


def test_an_input_that_is_not_given_is_named(runner):
    with pytest.raises(KeyError, match="given"):
        runner.run({})
