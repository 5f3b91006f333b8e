"""A counsellor takes a request by the button under an alert in a Telegram group."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from desk.alerts.selectors import route_of_group
from desk.callbacks.models import CallbackRequest
from desk.callbacks.selectors import callback_requests_seen_by
from desk.callbacks.work import request_claim
from desk.errors import Refused
from desk.people.selectors import account_of_telegram
from desk.people.telegram import telegram_code


@dataclass(frozen=True)
class Tapped:
    """What the person who tapped reads; `taken` replaces the button when the request has somebody."""

    text: str
    taken: str = ""


def is_alert_group(*, group: str) -> bool:
    """Whether alerts go to this Telegram group."""
    return route_of_group(group=group) is not None


def claim_tapped(*, group: str, telegram_id: str, reference: str) -> Tapped | None:
    """Take the request for who tapped; None when the group is none of ours."""
    route = route_of_group(group=group)
    if route is None:
        return None
    with translation.override(route.language):
        return _claim(telegram_id, reference)


def _claim(telegram_id: str, reference: str) -> Tapped:
    account = account_of_telegram(telegram_id=telegram_id)
    if account is None:
        code = telegram_code(telegram_id=telegram_id)
        return Tapped(
            _("We do not know you yet. Sign in at the desk, open “My account” and write this code: %(code)s")
            % {"code": code}
        )
    request = callback_requests_seen_by(account).filter(reference=reference).first()
    if request is None:
        return Tapped(_("This request is gone, or not of your programmes."))
    try:
        request = request_claim(pk=request.pk, by=account)
    except Refused as refused:
        return Tapped(str(refused), taken=_who(request))
    return Tapped(_("You have taken %(reference)s.") % {"reference": reference}, taken=_who(request))


def _who(request: CallbackRequest) -> str:
    """What stands where the button was."""
    request.refresh_from_db()
    if request.claimed_by:
        return _("Taken by %(name)s") % {"name": request.claimed_by}
    return str(request.get_status_display())
