"""What is kept of a conversation beside the dialogue server's own tracker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stop(models.Model):
    """A person who wants no more messages of ours. Whoever writes to a conversation asks here first."""

    conversation_id = models.CharField(_("conversation"), max_length=255, primary_key=True)
    stopped_at = models.DateTimeField(_("stopped"), auto_now_add=True)

    class Meta:
        verbose_name = _("stopped conversation")
        verbose_name_plural = _("stopped conversations")

    def __str__(self) -> str:
        return self.conversation_id
