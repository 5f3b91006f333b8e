"""A phone channel whose provider is in the test."""

from sanic import response

from bot.channels.outbound import Laid, buttons_of, content_of
from bot.channels.phone import Incoming, Phone
from bot.errors import BotError
from desk.conversations.identity import conversation_id

PERSON, OTHER = conversation_id("phone", "+212612345678"), conversation_id("phone", "+32470000000")
DANGER = "je veux mourir"


class Telephone(Phone):
    """A phone channel whose provider is this object."""

    def __init__(self, is_on=True):
        super().__init__(is_on=is_on)
        self.sent, self.shown, self.working = [], [], []
        self.layout_errors, self.webhook_error = [], None

    @classmethod
    def name(cls):
        return "phone"

    async def open(self):
        """Nothing to connect to."""

    async def close(self):
        """Nothing to close."""

    async def webhook(self, request):
        if self.webhook_error:
            raise self.webhook_error
        return response.text("taken")

    async def send(self, address, content):
        self.sent.append((address, content["text"]))
        return str(len(self.sent))

    async def media(self, reference):
        if reference != "voice-1":
            raise BotError("not known")
        return b"OggS", "audio/ogg"

    def layout(self, replies, asked=""):
        if self.layout_errors:
            raise self.layout_errors.pop()
        self.shown.append([title for reply in replies for title, _ in buttons_of(reply)])
        buttons = [button for reply in replies for _, button in buttons_of(reply)]
        return Laid([content_of(reply, reply["text"]) for reply in replies], buttons)

    def is_at_work(self, message):
        self.working.append(message.message_id)

    @property
    def texts(self):
        return [text for _, text in self.sent]


def message(number=1, text="bonjour", **more):
    return Incoming(f"m{number}", PERSON, text, **more)
