"""Makes the fictional estate under ``samples/`` and the foreign ledgers under ``tests/data/foreign``.

Nothing here imports ``evidence``: the figures the toolkit is tested against must not come from the toolkit.
"""
