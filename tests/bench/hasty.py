"""`python -m bot` that writes to Slack as fast as it can, so that nothing but its own cost is measured."""

from functools import partial

from bot import app
from bot.__main__ import main
from bot.posting import Pace

if __name__ == "__main__":
    main(obj=partial(app.build, pace=Pace(per_second=1e6, burst=1_000_000), marks_per_s=1e6))
