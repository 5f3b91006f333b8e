"""Fill the desk with invented requests and accounts, so that a visitor sees it alive."""

import random
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.crypto import get_random_string

from desk.alerts.models import Alert
from desk.callbacks.models import CallbackRequest
from desk.callbacks.services import callback_request_save
from desk.callbacks.work import attempt_record, note_add, request_claim, request_close
from desk.people.models import Staff

DEMO = "demo-"  # conversations nobody is behind
FICTION = "+3319900{:04d}"  # numbers that the French regulator (ARCEP) keeps for films
ACCOUNTS = {
    "demo-amina": (Staff.Role.COUNSELLOR, ["morocco"]),
    "demo-joris": (Staff.Role.COUNSELLOR, ["belgium", "morocco"]),
    "demo-salma": (Staff.Role.SUPERVISOR, ["morocco", "belgium", "tanzania", "yemen"]),
}
PEOPLE = (
    ("fr", "morocco", "safety_violence_gbv", "Aïssatou", "chat_only"),
    ("ar", "morocco", "documents_no_passport", "أبو خالد", "call_and_message"),
    ("en", "morocco", "time_case_status", "Blessing", "call_only"),
    ("fr", "belgium", "process_how_apply", "Ibrahima", "call_and_message"),
    ("ar", "yemen", "safety_conflict_country", "", "chat_only"),
    ("en", "tanzania", "family_travel_together", "Jean", "call_and_message"),
    ("fr", "morocco", "health_pregnancy", "Mariam", "call_and_message"),
    ("ar", "belgium", "detention_can_i_return", "يوسف", "chat_only"),
    ("en", "morocco", "reintegration_business", "Lamin", "call_and_message"),
    ("fr", "belgium", "money_how_much", "", "call_only"),
)
NOTES = (
    "Prefers the evening.",
    "Speaks with her sister in the room: short calls.",
    "Asked for an interpreter (Pular).",
)


class Command(BaseCommand):
    help = "Create three demo accounts and two dozen invented requests; a second run adds nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if CallbackRequest.objects.filter(conversation_id__startswith=DEMO).exists():
            self.stdout.write("The demo is there already.")
            return
        team = [self.account(name, *values) for name, values in ACCOUNTS.items()]
        chance = random.Random(1)
        for number in range(24):
            request = request_make(number, chance)
            work_on(request, number, team[-1], chance)
        demo = CallbackRequest.objects.filter(conversation_id__startswith=DEMO)
        Alert.objects.filter(request__in=demo).delete()  # nobody is to be alerted of it
        demo.update(escalated_at=timezone.now())

    def account(self, name: str, role: str, programmes: list[str]) -> Any:
        password = get_random_string(14)
        user = get_user_model().objects.create_user(name, password=password)
        Staff.objects.create(user=user, role=role, programmes=programmes)
        self.stdout.write(f"  {name:<12} {password}  ({role})")
        return user


def request_make(number: int, chance: random.Random) -> CallbackRequest:
    """An invented request of the last days."""
    language, programme, topic, name, safety = PEOPLE[number % len(PEOPLE)]
    is_chat = safety == "chat_only"
    request, _ = callback_request_save(
        conversation_id=f"{DEMO}{number}",
        programme=programme,
        language=language,
        contact="chat" if is_chat else "phone",
        safety=safety,
        phone="" if is_chat else FICTION.format(number),
        name=name,
        topic=topic,
        now=timezone.now() - timedelta(hours=chance.randint(0, 30)),
    )
    return request


def work_on(request: CallbackRequest, number: int, by: Any, chance: random.Random) -> None:
    """Some wait, some are worked on, some are closed."""
    if number % 3 == 0:
        return
    request_claim(pk=request.pk, by=by)
    note_add(pk=request.pk, by=by, text=chance.choice(NOTES))
    if number % 3 == 1:
        attempt_record(pk=request.pk, by=by, result="no_answer", next_at=timezone.now() + timedelta(hours=number + 1))
    else:
        request_close(pk=request.pk, by=by, outcome=chance.choice(CallbackRequest.Outcome.values))
