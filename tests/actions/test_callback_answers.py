import pytest

from actions.callback_answers import CHAT, consequences, contact_in, read_name, read_phone, read_when, topic_in


def missing_zero(region, text):
    return pytest.param(region, text)


@pytest.mark.parametrize(
    "text",
    [
        "0612345678",
        "06 12 34 56 78",
        "06-12-34-56-78",
        "06.12.34.56.78",
        "(06) 12 34 56 78",
        "0 6 1 2 3 4 5 6 7 8",
        "+212 6 12 34 56 78",
        "+212612345678",
        "+212 (0)6 12 34 56 78",
        "00212612345678",
        "212612345678",
        "٠٦١٢٣٤٥٦٧٨",
        "۰۶۱۲۳۴۵۶۷۸",
        "+٢١٢٦١٢٣٤٥٦٧٨",
        "رقمي ٠٦ ١٢ ٣٤ ٥٦ ٧٨",
        "my number is 0612345678 thanks",
        "whatsapp 0612345678",
        "06 12 34 56 78 après 18h",
        "\u200e+212612345678",
        "\u2066+212612345678\u2069",
    ],
)
def test_a_moroccan_number_is_read_in_many_spellings(text):
    assert read_phone(text, "MA") == "+212612345678"


@pytest.mark.parametrize(
    "text", ["0470 12 34 56", "0470/12.34.56", "0470123456", "+32 470 12 34 56", "0032470123456", "٠٤٧٠١٢٣٤٥٦"]
)
def test_a_belgian_number_is_read(text):
    assert read_phone(text, "BE") == "+32470123456"


@pytest.mark.parametrize("text", ["0712 345 678", "0712345678", "+255712345678", "255712345678"])
def test_a_tanzanian_number_is_read(text):
    assert read_phone(text, "TZ") == "+255712345678"


@pytest.mark.parametrize("text", ["0712345678", "+967 712 345 678", "967712345678", "00967712345678", "٠٧١٢٣٤٥٦٧٨"])
def test_a_yemeni_number_is_read(text):
    assert read_phone(text, "YE") == "+967712345678"


@pytest.mark.parametrize(
    ("region", "text"),
    [
        missing_zero("YE", "712345678"),
        missing_zero("YE", "712 345 678"),
        missing_zero("YE", "٧١٢٣٤٥٦٧٨"),
        missing_zero("TZ", "712345678"),
        missing_zero("MA", "612345678"),
    ],
)
def test_a_number_without_its_zero_is_read(region, text):
    assert read_phone(text, region) is not None


@pytest.mark.parametrize("text", ["+212612345678", "+32 470 12 34 56", "+224 620 12 34 56"])
@pytest.mark.parametrize("region", [None, "MA", "BE"])
def test_an_international_number_is_read_everywhere(text, region):
    assert read_phone(text, region) == "+" + "".join(char for char in text if char.isdigit())


@pytest.mark.parametrize(
    ("region", "text"), [(None, "00212612345678"), ("TZ", "00255712345678"), ("TZ", "00255 712 345 678")]
)
def test_double_zero_is_read_as_plus(region, text):
    assert read_phone(text, region) == "+" + text.replace(" ", "").removeprefix("00")


@pytest.mark.parametrize(
    ("region", "text"),
    [
        ("MA", "12345"),
        ("MA", "19"),
        ("MA", "061234567"),
        ("MA", "06123456789012"),
        ("MA", "+2126123"),
        ("MA", "0000000000"),
        ("BE", "0612345678"),
        (None, "0612345678"),
        ("MA", "bonjour"),
        ("MA", ""),
    ],
)
def test_an_invalid_number_is_not_read(region, text):
    assert read_phone(text, region) is None


@pytest.mark.parametrize("text", ["no phone", "je n'ai pas de téléphone", "هنا", "ما عندي تلفون", "hna", "par message"])
def test_a_person_without_a_phone_is_answered_in_the_chat(text):
    assert contact_in(text, "MA").value == CHAT


@pytest.mark.parametrize("text", ["message 0612", "061234567 ici", "12345"])
def test_a_wrong_number_is_never_taken_for_the_chat(text):
    assert contact_in(text, "MA") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("monday afternoon", "monday afternoon"),
        ("lundi matin", "monday morning"),
        ("الاثنين صباحا", "monday morning"),
        ("tnin f l3chiya", "monday afternoon"),
        ("غدا بعد الظهر", "tomorrow afternoon"),
        ("demain", "tomorrow"),
        ("peu importe", "any"),
        ("daba", "today"),
        ("in the morning", "morning"),
    ],
)
def test_a_wished_time_is_read(text, value):
    assert read_when(text).value == value


@pytest.mark.parametrize("text", ["hello", "", "je ne comprends pas cette question", "سلام"])
def test_other_words_are_no_time(text):
    assert read_when(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Aisha", "Aisha"),
        ("  Ali   Ben ", "Ali Ben"),
        ("أم محمد", "أم محمد"),
        ("Jean Claude Kouassi", "Jean Claude Kouassi"),
    ],
)
def test_any_short_text_is_a_name(text, value):
    assert read_name(text).value == value


@pytest.mark.parametrize("text", ["", "  ", "x" * 61, "what name?", "شكون نتا؟", "pourquoi le nom"])
def test_a_question_or_a_story_is_no_name(text):
    assert read_name(text) is None


@pytest.mark.parametrize(
    ("text", "understood", "value"),
    [
        ("mon dossier", None, "time_case_status"),
        ("passport", None, "documents_no_passport"),
        ("on a pris mon argent", "money_how_much", "money_how_much"),
        ("blabla", None, "other"),
    ],
)
def test_a_subject_is_read_or_understood(text, understood, value):
    assert topic_in(text, understood).value == value


@pytest.mark.parametrize(
    ("slot", "value", "changed"),
    [
        ("callback_contact_confirmed", "no", {"callback_contact": None}),
        ("callback_safe", "chat_only", {"callback_contact": CHAT, "callback_safe": "chat_only"}),
        (
            "callback_confirmed",
            "change_callback_contact",
            {"callback_contact": None, "callback_contact_confirmed": None, "callback_safe": None},
        ),
        ("callback_confirmed", "change_callback_name", {"callback_name": None}),
        ("callback_confirmed", "send", None),
        ("callback_contact_confirmed", "yes", None),
        ("callback_safe", "call_only", None),
    ],
)
def test_some_answers_change_others(slot, value, changed):
    assert consequences(slot, value) == changed
