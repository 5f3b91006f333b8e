import asyncio
import random
import time

import pytest

from bot.channels.turns import Gaps, Turns

PERSON, OTHER = "telegram-a", "whatsapp-b"


@pytest.fixture
def turns():
    return Turns()


@pytest.fixture
def talk(turns):
    """Starts a message that notes when it begins and ends; it lasts a few steps of the loop."""
    done = []

    async def handle(person, name, order=0, error=None):
        async with turns.turn(person, order):
            done.append(f"{name} begins")
            for _ in range(3):
                await asyncio.sleep(0)
            if error:
                raise error
            done.append(f"{name} ends")

    def start(*values, **more):
        return asyncio.create_task(handle(*values, **more))

    start.done = done
    return start


@pytest.fixture
def hold(turns):
    """Takes the turn of a person until it is released."""

    async def keep(person, released):
        async with turns.turn(person):
            await released.wait()

    async def start(person=PERSON):
        released = asyncio.Event()
        task = asyncio.create_task(keep(person, released))
        await asyncio.sleep(0)
        return task, released

    return start


def nothing_is_left(turns):
    return not vars(turns)["_lines"]


async def test_one_message_after_the_other_as_they_came(turns, talk):
    await asyncio.gather(*(talk(PERSON, name) for name in "abc"))
    assert talk.done == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


async def test_people_do_not_wait_for_each_other(turns, talk, hold):
    holder, released = await hold()
    await asyncio.wait_for(talk(OTHER, "other"), 1)
    assert talk.done == ["other begins", "other ends"]
    released.set()
    await holder


async def test_a_message_waits_while_another_is_handled(turns, talk, hold):
    holder, released = await hold()
    waiting = talk(PERSON, "second")
    await asyncio.sleep(0.01)
    assert talk.done == []
    released.set()
    await asyncio.gather(holder, waiting)
    assert talk.done == ["second begins", "second ends"]


async def test_the_lowest_order_goes_first_among_those_that_wait(turns, talk, hold):
    holder, released = await hold()
    waiting = [talk(PERSON, str(order), order) for order in (5, 3, 9, 4)]
    await asyncio.sleep(0)
    released.set()
    await asyncio.gather(holder, *waiting)
    assert talk.done[::2] == ["3 begins", "4 begins", "5 begins", "9 begins"]


async def test_equal_orders_keep_their_arrival(turns, talk, hold):
    holder, released = await hold()
    waiting = [talk(PERSON, name) for name in "dacb"]
    await asyncio.sleep(0)
    released.set()
    await asyncio.gather(holder, *waiting)
    assert talk.done[::2] == ["d begins", "a begins", "c begins", "b begins"]


async def test_a_low_order_does_not_interrupt_what_has_begun(turns, talk):
    first = talk(PERSON, "late", 9)
    await asyncio.sleep(0)
    await asyncio.gather(first, talk(PERSON, "early", 1))
    assert talk.done == ["late begins", "late ends", "early begins", "early ends"]


async def test_the_turn_goes_on_after_an_exception(turns, talk):
    broken, next_one = talk(PERSON, "broken", error=ValueError("broken")), talk(PERSON, "next")
    with pytest.raises(ValueError, match="broken"):
        await broken
    await asyncio.wait_for(next_one, 1)
    assert talk.done == ["broken begins", "next begins", "next ends"]


async def test_the_turn_goes_on_when_its_holder_is_cancelled(turns, talk, hold):
    holder, _ = await hold()
    waiting = talk(PERSON, "next")
    await asyncio.sleep(0)
    holder.cancel()
    await asyncio.wait_for(waiting, 1)
    assert talk.done == ["next begins", "next ends"]


async def test_a_cancelled_waiter_is_passed_over(turns, talk, hold):
    holder, released = await hold()
    gone, waiting = talk(PERSON, "gone"), talk(PERSON, "next")
    await asyncio.sleep(0)
    gone.cancel()
    released.set()
    await asyncio.gather(holder, waiting)
    assert talk.done == ["next begins", "next ends"]
    assert gone.cancelled()


async def test_a_waiter_cancelled_at_the_moment_it_is_called_hands_on(turns, talk):
    async with turns.turn(PERSON):
        gone, waiting = talk(PERSON, "gone"), talk(PERSON, "next")
        await asyncio.sleep(0)
    gone.cancel()  # its turn was called just now, it has not run yet
    await asyncio.wait_for(waiting, 1)
    assert gone.cancelled()
    assert talk.done == ["next begins", "next ends"]
    assert nothing_is_left(turns)


async def test_nothing_is_remembered_when_everybody_is_served(turns, talk):
    await asyncio.gather(*(talk(person, person) for person in (PERSON, OTHER, PERSON, OTHER)))
    assert nothing_is_left(turns)


async def test_nothing_is_remembered_when_all_waiters_were_cancelled(turns, talk, hold):
    holder, released = await hold()
    waiting = [talk(PERSON, name) for name in "abc"]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    released.set()
    await asyncio.gather(holder, *waiting, return_exceptions=True)
    assert nothing_is_left(turns)
    assert talk.done == []


async def test_after_all_a_person_may_begin_again(turns, talk):
    await talk(PERSON, "first")
    await asyncio.wait_for(talk(PERSON, "again"), 1)
    assert talk.done[-1] == "again ends"


@pytest.mark.parametrize("seed", range(10))
async def test_in_any_crowd_nobody_is_forgotten_and_no_two_speak_at_once(turns, seed):
    chance, served = random.Random(seed), []
    inside, most_inside = dict.fromkeys("abc", 0), dict.fromkeys("abc", 0)

    async def handle(person, name):
        async with turns.turn(person, chance.randint(0, 3)):
            inside[person] += 1
            most_inside[person] = max(most_inside[person], inside[person])
            try:
                await asyncio.sleep(chance.random() / 1000)
            finally:
                inside[person] -= 1
            served.append(name)

    tasks = [asyncio.create_task(handle(chance.choice("abc"), name)) for name in range(60)]
    for task in chance.sample(tasks, 15):
        await asyncio.sleep(0)
        task.cancel()
    results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
    cancelled = {name for name, result in enumerate(results) if isinstance(result, asyncio.CancelledError)}
    assert set(served) == set(range(60)) - cancelled
    assert most_inside == {"a": 1, "b": 1, "c": 1}
    assert nothing_is_left(turns)


# --- numbered messages --------------------------------------------------------------------------

PATIENCE_S = 0.05


@pytest.fixture
def arrive():
    """Lets numbers arrive one after the other; `passed` are those that went on, in their order."""
    gaps, passed, tasks = Gaps(PATIENCE_S), [], []

    async def wait(number):
        await gaps.wait(number)
        passed.append(number)

    async def start(*numbers):
        for number in numbers:
            tasks.append(asyncio.create_task(wait(number)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.01)

    async def all_of_them():
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)

    start.passed, start.tasks, start.all_of_them, start.gaps = passed, tasks, all_of_them, gaps
    return start


@pytest.fixture
async def numbered(arrive):
    """The same after 100 came."""
    await arrive(100)
    await arrive.all_of_them()
    return arrive


async def test_the_first_number_waits_for_what_may_be_before_it(arrive):
    await arrive(101)
    assert arrive.passed == []
    await arrive(100)
    await arrive.all_of_them()
    assert arrive.passed == [100, 101]


async def test_the_next_number_goes_on_at_once(numbered):
    await numbered(101, 102, 103)
    assert numbered.passed == [100, 101, 102, 103]


@pytest.mark.parametrize("numbers", [(102, 101), (103, 101, 102), (104, 103, 102, 101), (102, 104, 101, 103)])
async def test_what_overtook_another_waits_for_it(numbered, numbers):
    await numbered(*numbers)
    assert numbered.passed == [100, *sorted(numbers)]


async def test_a_number_that_does_not_come_is_not_waited_for_for_ever(numbered):
    await numbered(103, 102)
    assert numbered.passed == [100]
    await numbered.all_of_them()
    assert numbered.passed == [100, 102, 103]


async def test_each_gap_has_its_own_patience(numbered):
    await numbered(102, 105)
    await numbered.all_of_them()
    assert numbered.passed == [100, 102, 105]
    await numbered(106)
    assert numbered.passed[-1] == 106


async def test_patience_does_not_run_out_while_the_loop_is_busy(numbered):
    await numbered(102)
    for _ in range(4):
        time.sleep(PATIENCE_S)  # noqa: ASYNC251  (busy with something else, unable to read what came)
        await asyncio.sleep(0)
    await numbered(101)
    assert numbered.passed == [100, 101, 102]


@pytest.mark.parametrize("number", [100, 99, 1])
async def test_a_repeat_and_a_late_number_go_on_at_once(numbered, number):
    await numbered(number)
    assert numbered.passed == [100, number]


async def test_a_repeat_that_waits_goes_on_with_the_first(numbered):
    await numbered(102, 102, 101)
    assert numbered.passed == [100, 101, 102, 102]


async def test_who_hangs_up_while_waiting_stops_nobody(numbered):
    await numbered(102)
    numbered.tasks[-1].cancel()
    await numbered(103, 101)
    assert numbered.passed == [100, 101, 103]


async def test_no_number_is_remembered_when_all_have_gone_on(numbered):
    await numbered(103, 101, 105)
    await numbered.all_of_them()
    assert not vars(numbered.gaps)["_waiting"]


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_of_arrival_becomes_the_order_of_the_numbers(numbered, seed):
    numbers = list(range(101, 140))
    random.Random(seed).shuffle(numbers)
    await numbered(*numbers)
    await numbered.all_of_them()
    assert numbered.passed == list(range(100, 140))
