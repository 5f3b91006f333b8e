"""The ways over which alerts go: one module each, with `send(target, message)`.

`send` returns the provider's id when arrival is looked after later (by `has_arrived`), else "". It raises NotSent. It runs
in a thread of its own and does not touch the database.
"""
