"""The first administrator."""

import re

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.http import HttpRequest

pytestmark = pytest.mark.django_db


def printed_password(capsys) -> str:
    call_command("create_first_admin")
    return re.search(r"password\s+(\S+)", capsys.readouterr().out)[1]


def test_the_printed_password_opens_the_desk(capsys):
    password = printed_password(capsys)
    user = authenticate(HttpRequest(), username="admin", password=password)
    assert user.is_superuser
    assert user.is_staff
    assert user.staff.role == "administrator"
    assert validate_password(password, user) is None


def test_the_password_is_printed_once_and_stays(capsys, django_user_model):
    password = printed_password(capsys)
    call_command("create_first_admin")
    assert capsys.readouterr().out == ""
    assert django_user_model.objects.get().check_password(password)


def test_nothing_is_done_when_there_is_an_administrator_of_another_name(capsys, django_user_model):
    django_user_model.objects.create_superuser("khadija", password="une longue phrase")
    call_command("create_first_admin")
    assert capsys.readouterr().out == ""
    assert not django_user_model.objects.filter(username="admin").exists()


def test_every_installation_has_a_password_of_its_own(capsys, django_user_model):
    first = printed_password(capsys)
    django_user_model.objects.all().delete()
    assert printed_password(capsys) != first


def test_a_user_of_that_name_does_not_stop_the_start(django_user_model):
    django_user_model.objects.create_user("admin", password="une longue phrase")
    call_command("create_first_admin")
    assert django_user_model.objects.filter(is_superuser=True).exists()
