"""What an account may see and do."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet

from desk.people.models import Staff
from desk.programmes.selectors import programmes

Account = AbstractBaseUser | AnonymousUser
WORKING = (Staff.Role.COUNSELLOR, Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)
EDITING = (Staff.Role.EDITOR, Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)
LEADING = (Staff.Role.SUPERVISOR, Staff.Role.ADMINISTRATOR)


def role_of(user: Account) -> str:
    """The role of an account; a superuser is an administrator, an account without a role has none ("")."""
    if not user.is_authenticated or not user.is_active:
        return ""
    if user.is_superuser:
        return Staff.Role.ADMINISTRATOR
    return user.staff.role if hasattr(user, "staff") else ""


def programmes_of(user: Account) -> list[str]:
    """The programmes whose requests an account may see; all for an administrator."""
    role = role_of(user)
    if role == Staff.Role.ADMINISTRATOR:
        return list(programmes())
    return list(user.staff.programmes) if role in WORKING else []


def is_working(user: Account) -> bool:
    """Whether the account works with the people who ask."""
    return role_of(user) in WORKING


def may_edit(user: Account) -> bool:
    """Whether the account works on the content."""
    return role_of(user) in EDITING


def is_administrator(user: Account) -> bool:
    """Whether the account looks after accounts and roles."""
    return role_of(user) == Staff.Role.ADMINISTRATOR


def is_leading(user: Account) -> bool:
    """Whether the account may act for other counsellors."""
    return role_of(user) in LEADING


def account_of_telegram(*, telegram_id: str) -> AbstractBaseUser | None:
    """The active account that is linked with this user of Telegram."""
    staff = Staff.objects.filter(telegram_id=telegram_id, user__is_active=True).select_related("user").first()
    return staff.user if staff else None


def supervisors_of(programme: str) -> QuerySet[AbstractBaseUser]:
    """Active accounts that lead the counsellors of this programme."""
    everybody = (
        get_user_model().objects.filter(is_active=True, staff__role=Staff.Role.SUPERVISOR).select_related("staff")
    )
    able = [user.pk for user in everybody if programme in programmes_of(user)]
    return everybody.filter(pk__in=able)


def counsellors_of(programme: str) -> QuerySet[AbstractBaseUser]:
    """Active accounts to which a request of this programme can be given, by name."""
    everybody = get_user_model().objects.filter(is_active=True).select_related("staff").order_by("username")
    able = [user.pk for user in everybody if programme in programmes_of(user)]
    return everybody.filter(pk__in=able)
