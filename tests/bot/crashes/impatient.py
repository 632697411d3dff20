"""`python -m bot` that looks for a text of unknown outcome for three seconds and makes marks at once."""

from datetime import timedelta
from functools import partial

from bot import app
from bot.__main__ import main
from bot.relay.sending import LookUp

LOOK_UP = LookUp(every_s=0.3, give_up=timedelta(seconds=3))

if __name__ == "__main__":
    main(obj=partial(app.build, look_up=LOOK_UP, marks_per_s=1000))
