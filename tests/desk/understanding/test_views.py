"""The pages of editors: examples and training."""

from html import unescape

import pytest
from django.urls import reverse

from desk.content.examples import examples
from desk.understanding.models import Example, TestMessage, TrainingRun
from desk.understanding.selectors import model_in_use
from desk.understanding.services import training_ask
from desk.understanding.store import path_of

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
TEXT = "mon cousin veut savoir si ça coûte des sous tout ça"


@pytest.fixture
def client_of(open_as):
    return lambda role: open_as(name=f"the-{role}", role=role)


@pytest.fixture
def editing(client_of):
    return client_of("editor")


def step(client, name, **values):
    values = {"label": "cost_free", "language": "fr", "text": TEXT, **values}
    return client.post(reverse("understanding:examples_step", args=[name]), values, headers=ENGLISH, follow=True)


def page(client, name="training", **values) -> str:
    return unescape(client.get(reverse(f"understanding:{name}"), values, headers=ENGLISH).content.decode())


def said(answer) -> list[str]:
    return [message.level_tag for message in answer.context["messages"]]


# --- examples ------------------------------------------------------------------------------------------


def test_the_page_offers_the_questions_by_their_titles(editing):
    shown = page(editing, "examples")
    assert '<option value="cost_free">Is it free?</option>' in shown
    assert '<option value="request_callback">talk to a person</option>' in shown
    assert 'value="inform"' not in shown


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_titles_are_those_of_the_language_of_the_page(editing, language):
    answer = editing.get(
        reverse("understanding:examples"), {"label": "cost_free"}, headers={"Accept-Language": language}
    )
    shown = unescape(answer.content.decode())
    assert f'lang="{language}"' in shown
    assert "Is it free?" not in shown


def test_the_examples_of_a_question_stand_by_language(editing):
    shown = page(editing, "examples", label="cost_free")
    for language, of in examples().items():
        assert f'id="of-{language}"' in shown
        assert f"<bdi>{of['cost_free'][0]}</bdi>" in shown


def test_a_question_that_is_not_there_shows_the_choice(editing):
    assert "of-fr" not in page(editing, "examples", label="nothing_of_ours")


def test_an_example_is_added_and_removed(editing):
    assert said(step(editing, "add")) == ["success"]
    assert TEXT in page(editing, "examples", label="cost_free")
    assert said(step(editing, "remove")) == ["success"]
    assert not Example.objects.exists()


def test_an_example_of_the_files_is_removed_and_taken_back(editing):
    text = examples()["fr"]["cost_free"][0]
    step(editing, "remove", text=text)
    assert "Removed" in page(editing, "examples", label="cost_free")
    assert Example.objects.get().text == text
    assert said(step(editing, "restore", text=text)) == ["success"]
    assert not Example.objects.exists()


def test_what_is_refused_is_said_at_its_field_and_stays_written(editing):
    answer = step(editing, "add", text="appelle le 06 12 34 56 78")
    assert said(answer) == ["error"]
    assert answer.context["forms"]["add"].errors["text"]
    assert 'value="appelle le 06 12 34 56 78"' in answer.content.decode()
    assert not Example.objects.exists()


def test_a_near_duplicate_is_shown_and_may_be_confirmed(editing):
    near = {"label": "time_faster", "language": "en", "text": "is the flights free"}
    answer = step(editing, "add", **near)
    assert "is the flight free" in answer.content.decode()
    assert 'name="is_sure"' in answer.content.decode()
    assert not Example.objects.exists()
    assert said(step(editing, "add", **near, is_sure="on")) == ["success"]
    assert Example.objects.exists()


def test_test_messages_are_added_and_removed(editing):
    assert said(step(editing, "test")) == ["success"]
    row = TestMessage.objects.get()
    assert said(step(editing, "test")) == ["error"]
    assert said(step(editing, "untest", pk=row.pk)) == ["success"]
    assert said(step(editing, "untest", pk=row.pk)) == ["error"]


def test_a_step_that_does_not_exist_is_not_found(editing):
    assert step(editing, "nothing").status_code == 404


# --- training ------------------------------------------------------------------------------------------


def test_a_training_is_asked_for_and_watched(editing):
    shown = editing.post(reverse("understanding:ask"), headers=ENGLISH, follow=True).content.decode()
    assert 'hx-trigger="every 2s"' in shown
    TrainingRun.objects.update(state="training", part=3)
    assert "part 3" in page(editing, "progress")
    answer = editing.post(reverse("understanding:ask"), headers=ENGLISH, follow=True)
    assert said(answer) == ["error"]


def test_when_it_has_ended_the_page_comes_anew(editing):
    answer = editing.get(reverse("understanding:progress"), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_what_became_better_and_worse_is_shown(editing, trained):
    trained("first")
    shown = page(editing)
    better, _, worse = shown.partition("Understood worse")
    assert "Is it free? · French: 3, now 5 of 5" in better
    assert "Darija in Latin letters: 4, now 3 of 4" in worse
    assert "<td>80.0 %</td><td>90.0 %</td>" in shown
    assert "understood as “hello”" in shown


def test_one_tap_rolls_back(editing, trained):
    first = trained("first")
    trained("second")
    assert "Roll back" in page(editing)
    answer = editing.post(reverse("understanding:roll_back"), headers=ENGLISH, follow=True)
    assert said(answer) == ["success"]
    assert model_in_use() == first


@pytest.mark.parametrize(("role", "may"), [("editor", False), ("supervisor", True), ("administrator", True)])
def test_a_supervisor_may_overrule_the_gate(client_of, trained, role, may):
    client, model = client_of(role), trained("first", is_refused=True)
    shown = page(client)
    assert "right at once, all messages: 96.0 %, now 90.0 %" in shown
    address = reverse("understanding:override", args=[model.run_id])
    assert (address in shown) is may
    assert client.post(address, {"reason": "the topic is gone"}, headers=ENGLISH).status_code == (302 if may else 403)
    assert bool(model_in_use()) is may
    assert ("taken all the same" in page(client)) is may


def test_without_a_reason_it_stays_out(client_of, trained):
    client, model = client_of("supervisor"), trained("first", is_refused=True)
    answer = client.post(reverse("understanding:override", args=[model.run_id]), {"reason": " "}, headers=ENGLISH)
    assert said(answer) == ["error"]
    assert model_in_use() is None


def test_a_training_that_failed_says_what_to_do(editing):
    run = training_ask(by=None)
    TrainingRun.objects.filter(pk=run.pk).update(state="failed", is_open=False, log="out of <memory>")
    shown = page(editing)
    assert "The one in use stays" in shown
    assert "out of <memory>" in shown
    assert not path_of("x").parent.exists()
