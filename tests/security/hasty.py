"""`python -m bot` that gives a request one second."""

from bot.__main__ import main
from bot.request_threads import RequestThreads

if __name__ == "__main__":
    RequestThreads.max_exchange_s = 1.0
    main()
