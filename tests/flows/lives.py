"""One of our processes, born again after each death: ``python -m tests.flows.lives bot`` writes the id of each life's process.

Loading takes seconds, of the bot's library most of all, so it is done once and each life is a fork of what is loaded. It runs
the command from its first line and has connections, threads and an event loop of its own.

``python -m tests.flows.lives bot dialogue 7 2`` kills the first life right after the seventh commit of its thread "dialogue", the
second after the second: just where what is half done would show.
"""

import os
import signal
import sys
import threading


def main() -> None:
    """Give life for as long as it ends by ``kill -9``."""
    command, thread = sys.argv[1], "".join(sys.argv[2:3])
    deaths = [int(one) for one in sys.argv[3:]]
    os.environ["DJANGO_SETTINGS_MODULE"] = "svyazka.config.settings"
    import django

    django.setup()
    from django.db import connection

    from svyazka.config import cli
    from svyazka.config.cli import commands  # noqa: F401 (loaded before the first life)

    if command == "bot":
        from svyazka.connectors.telegram import process  # noqa: F401 (as above)
    assert connection.connection is None, "a connection would be shared by all lives"
    while True:
        life = os.fork()
        if not life:
            os.dup2(2, 1)
            if deaths:
                _die_after(deaths[0], thread)
            sys.argv = ["svyazka", command]
            cli.main()
            return
        sys.stdout.write(f"{life}\n")
        sys.stdout.flush()
        del deaths[:1]
        if os.waitstatus_to_exitcode(os.waitpid(life, 0)[1]) != -signal.SIGKILL:
            sys.exit(f"svyazka {command} ended by itself")


def _die_after(commits: int, thread: str) -> None:
    """Kill this process right after a thread's so manieth commit."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit, left = BaseDatabaseWrapper.commit, iter(range(1, commits))

    def committed(self: BaseDatabaseWrapper) -> None:
        commit(self)
        if threading.current_thread().name == thread and next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    BaseDatabaseWrapper.commit = committed  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
