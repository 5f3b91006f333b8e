"""What a dialogue server gets that asks for a model, as Rasa asks."""

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from desk.understanding.services import model_roll_back
from desk.understanding.store import path_of

URL = "/models/assistant.tar.gz"
TOKEN = "token-of-the-tests"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def token(settings):
    settings.RASA_TOKEN = TOKEN


def pull(client, tag="", **more):
    return client.get(URL, {"token": TOKEN}, headers={"If-None-Match": tag} if tag else {}, **more)


@pytest.mark.parametrize("given", [{}, {"token": ""}, {"token": "token-of-the-testz"}, {"token": "é"}])
def test_without_the_password_there_is_nothing(client, trained, given):
    trained("first")
    assert client.get(URL, given).status_code == 401
    assert client.get(URL, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_the_password_may_come_as_a_bearer(client):
    assert client.get(URL, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 204


def test_before_anything_was_published_the_files_count(client):
    answer = pull(client)
    assert (answer.status_code, answer["ETag"], answer.content) == (204, '"files"', b"")


async def test_the_model_in_use_comes_whole_with_its_fingerprint(trained):
    model = await sync_to_async(trained)("first")
    answer = await AsyncClient().get(URL, {"token": TOKEN})
    body = b"".join([piece async for piece in answer.streaming_content])
    assert answer.status_code == 200
    assert answer["ETag"] == f'"{model.fingerprint}"'
    assert answer["filename"] == "assistant.tar.gz"
    assert body == path_of(model.fingerprint).read_bytes()
    assert answer["Content-Length"] == str(len(body))


@pytest.mark.parametrize("form", ['"{}"', 'W/"x", "{}"'])
def test_who_has_the_model_gets_nothing(client, trained, form):
    model = trained("first")
    assert pull(client, form.format(model.fingerprint)).status_code == 204


def test_after_a_roll_back_the_model_before_comes(client, trained, supervisor, http):
    first, second = trained("first"), trained("second")
    model_roll_back(by=supervisor, http=http)
    assert pull(client, f'"{second.fingerprint}"')["ETag"] == f'"{first.fingerprint}"'
    model_roll_back(by=supervisor, http=http)
    answer = pull(client, f'"{first.fingerprint}"')
    assert (answer.status_code, answer["ETag"]) == (204, '"files"')


def test_a_file_that_is_gone_is_said_so(client, trained):
    path_of(trained("first").fingerprint).unlink()
    assert pull(client).status_code == 503
