"""Examples, test messages, and which model is in use."""

import pytest
from django.db import IntegrityError, transaction

from desk.content.examples import Change, examples, laid_over
from desk.errors import Refused
from desk.people.models import Audit
from desk.understanding import services
from desk.understanding.models import Example, Model, TestMessage, TrainingRun
from desk.understanding.selectors import changes, examples_of, model_before, model_in_use
from desk.understanding.services import NearDuplicate
from desk.understanding.store import path_of
from tests.desk.together import together

pytestmark = pytest.mark.django_db
NEW = {
    "fr": "mon cousin veut savoir si ça coûte des sous tout ça",
    "ar": "هل سأدفع من جيبي ثمن هذه الرحلة كلها يا إخوان",
    "ary": "wach ghadi nkhellso 3la had lqadiya dial rjou3",
    "en": "tell me pls will they make me pay something for all dis",
}


def texts_of(label: str, language: str) -> list[str]:
    return [line.text for line in examples_of(label)[language]]


@pytest.mark.parametrize("language", NEW)
def test_an_example_is_added_and_learned_from(editor, language):
    services.example_add(label="cost_free", language=language, text=f"  {NEW[language]} ", by=editor)
    assert texts_of("cost_free", language)[0] == NEW[language]
    assert Example.objects.get().by == editor
    assert NEW[language] in laid_over(changes())[language]["cost_free"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label": "nothing_of_ours"}, "label"),
        ({"label": "inform"}, "label"),
        ({"language": "de"}, "language"),
        ({"text": " \n "}, "text"),
        ({"text": "?!"}, "text"),
        ({"text": "è" * 201}, "text"),
        ({"text": "appelle moi au 06 12 34 56 78"}, "text"),
        ({"text": "اتصل بي على ٠٦١٢٣٤٥٦٧٨"}, "text"),
        ({"text": "rendez-vous [demain](time)"}, "text"),
        ({"text": "/request_callback"}, "text"),
        ({"text": "${HOME} sweet home"}, "text"),
        ({"text": "bonjour\x07 la cloche"}, "text"),
    ],
)
def test_what_is_no_example_is_refused(editor, wrong, field):
    with pytest.raises(Refused) as refused:
        services.example_add(**{"label": "cost_free", "language": "fr", "text": NEW["fr"], "by": editor} | wrong)
    assert refused.value.field == field
    assert not Example.objects.exists()


def test_an_age_or_a_year_is_no_phone_number(editor):
    services.example_add(label="cost_free", language="fr", text="j'ai 17 ans depuis 2008, je dois payer ?", by=editor)
    assert Example.objects.exists()


@pytest.mark.parametrize("language", ["fr", "ar", "ary", "en"])
def test_the_same_words_may_not_stand_under_two_questions(editor, language):
    text = examples()[language]["cost_free"][0]
    with pytest.raises(Refused, match="already"):
        services.example_add(label="time_faster", language=language, text=text.upper() + " !", by=editor, is_sure=True)
    with pytest.raises(Refused, match="already"):
        services.example_add(label="cost_free", language=language, text=f"{text} !", by=editor)


def test_what_is_nearly_the_same_elsewhere_must_be_confirmed(editor):
    values = {"label": "time_faster", "language": "en", "text": "is the flights free", "by": editor}
    with pytest.raises(NearDuplicate) as refused:
        services.example_add(**values)
    assert ("cost_free", "is the flight free") in {(near.label, near.text) for near in refused.value.near}
    assert "Is it free?" in str(refused.value)
    assert not Example.objects.exists()
    services.example_add(**values, is_sure=True)
    assert Example.objects.get().label == "time_faster"


def test_an_example_of_the_files_is_removed_and_comes_back(editor):
    text = examples()["fr"]["cost_free"][0]
    values = {"label": "cost_free", "language": "fr", "text": text, "by": editor}
    services.example_remove(**values)
    assert changes() == [Change("cost_free", "fr", text, is_removed=True)]
    assert text not in texts_of("cost_free", "fr")
    assert text not in laid_over(changes())["fr"]["cost_free"]
    services.example_add(**values)
    assert changes() == []
    assert text in texts_of("cost_free", "fr")


def test_a_removed_example_may_move_to_another_question(editor):
    text = examples()["fr"]["cost_free"][0]
    services.example_remove(label="cost_free", language="fr", text=text, by=editor)
    services.example_add(label="cost_travel_document", language="fr", text=text, by=editor, is_sure=True)
    assert text in laid_over(changes())["fr"]["cost_travel_document"]


def test_an_added_example_is_removed_once(editor):
    values = {"label": "cost_free", "language": "fr", "text": NEW["fr"], "by": editor}
    services.example_add(**values)
    services.example_remove(**values)
    assert not Example.objects.exists()
    with pytest.raises(Refused):
        services.example_remove(**values)


def test_what_is_measured_with_is_not_learned_and_the_other_way_round(editor):
    values = {"label": "cost_free", "language": "fr", "text": NEW["fr"], "by": editor}
    services.test_message_add(**values)
    with pytest.raises(Refused, match="test message"):
        services.example_add(**values | {"text": NEW["fr"].upper()})
    with pytest.raises(Refused, match="there already"):
        services.test_message_add(**values)
    with pytest.raises(Refused, match="learned"):
        services.test_message_add(**values | {"text": examples()["fr"]["greet"][0]})
    with pytest.raises(Refused):
        services.test_message_add(**values | {"text": "+212 6 12 34 56 78"})
    services.test_message_remove(pk=TestMessage.objects.get().pk)
    with pytest.raises(Refused):
        services.test_message_remove(pk=1)


# --- training and models -------------------------------------------------------------------------------


def test_one_training_at_a_time(editor):
    run = services.training_ask(by=editor)
    with pytest.raises(Refused, match="under way"):
        services.training_ask(by=editor)
    TrainingRun.objects.filter(pk=run.pk).update(state="failed", is_open=False)
    services.training_ask(by=editor)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_several_who_ask_at_once_one_is_heard():
    def ask(_: int) -> bool:
        try:
            return bool(services.training_ask(by=None))
        except Refused:
            return False

    assert sorted(together(4, ask)) == [False, False, False, True]


def test_the_last_published_model_is_in_use(trained):
    first, second = trained("first"), trained("second")
    assert model_in_use() == second
    assert model_before(second) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Model.objects.filter(pk=first.pk).update(in_use=True)


def test_rolling_back_goes_step_by_step_to_the_model_of_the_files(trained, supervisor, http):
    trained("first"), trained("second")
    first = Model.objects.order_by("pk").first()
    assert services.model_roll_back(by=supervisor, http=http) == first == model_in_use()
    third = trained("third")
    assert model_before(third) == first, "the model that was taken off does not come back"
    assert services.model_roll_back(by=supervisor, http=http) == first
    assert services.model_roll_back(by=supervisor, http=http) is None
    assert model_in_use() is None
    with pytest.raises(Refused, match="model of the files"):
        services.model_roll_back(by=supervisor, http=http)
    assert set(Audit.objects.values_list("kind", "name")) == {("model_rolled_back", "salma")}
    assert Audit.objects.count() == 3


def test_a_supervisor_takes_a_refused_model_with_a_reason(trained, supervisor, http):
    before, refused = trained("first"), trained("second", is_refused=True)
    assert model_in_use() == before
    services.training_override(run=refused.run, reason=" the topic is gone ", by=supervisor, http=http)
    assert model_in_use() == refused
    run = TrainingRun.objects.get(pk=refused.run_id)
    assert (run.state, run.override_by, run.override_reason) == ("ready", supervisor, "the topic is gone")
    assert Audit.objects.get().about == f"{run.pk}: the topic is gone"
    with pytest.raises(Refused):
        services.training_override(run=run, reason="again", by=supervisor, http=http)


def test_without_a_reason_or_a_file_or_the_role_a_refused_model_stays_out(trained, editor, supervisor, http):
    refused = trained("second", is_refused=True)
    for reason, by in ((" ", supervisor), ("because", editor)):
        with pytest.raises(Refused):
            services.training_override(run=refused.run, reason=reason, by=by, http=http)
    path_of(refused.fingerprint).unlink()
    with pytest.raises(Refused, match="train again"):
        services.training_override(run=refused.run, reason="because", by=supervisor, http=http)
    assert model_in_use() is None
    assert not Audit.objects.exists()
