"""Texts that the desk says in the language of its reader."""

N_ = str  # marks a text for gettext, which is not at hand where Django is not
