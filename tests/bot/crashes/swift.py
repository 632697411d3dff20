"""`python -m bot` that makes marks at once: a test's many replies would wait minutes for Slack's rate."""

from functools import partial

from bot import app
from bot.__main__ import main

if __name__ == "__main__":
    main(obj=partial(app.build, marks_per_s=1000))
