"""A rate that several processes share: one row says until when it is used up."""

from sqlalchemy import Connection, text

TAKE = text("""
    INSERT INTO bookmarks (name, at)
    VALUES (:name, clock_timestamp() AT TIME ZONE 'UTC' + make_interval(secs => :gap_s))
    ON CONFLICT (name) DO UPDATE
    SET at = greatest(bookmarks.at, clock_timestamp() AT TIME ZONE 'UTC') + make_interval(secs => :gap_s)
    WHERE bookmarks.at - make_interval(secs => :burst_s) <= clock_timestamp() AT TIME ZONE 'UTC'
    RETURNING name
""")
HELD = text("""
    SELECT extract(epoch FROM at - make_interval(secs => :burst_s) - clock_timestamp() AT TIME ZONE 'UTC')
    FROM bookmarks WHERE name = :name
""")


def take(db: Connection, name: str, *, gap_s: float, burst: int) -> float:
    """0 when the rate allows one more now, which is then taken; else seconds until it may.

    One every `gap_s` seconds, and up to `burst` at once after a pause. PostgreSQL only: its clock counts, as
    processes have one each.
    """
    burst_s = (burst - 1) * gap_s
    if db.execute(TAKE, {"name": name, "gap_s": gap_s, "burst_s": burst_s}).first() is not None:
        return 0.0
    return max(float(db.scalar(HELD, {"name": name, "burst_s": burst_s}) or 0), 0.001)
