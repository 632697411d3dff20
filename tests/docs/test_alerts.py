"""Each rule of docs/deploy/alerts.yml, asked by Prometheus: silent on a quiet day, heard in its trouble."""

import json
import re
from pathlib import Path

from tests.docs.tools import judged

RULES = Path(__file__).parents[2] / "docs" / "deploy" / "alerts.yml"
MINUTES = 110
"""A day so far; a sample a minute. `a+bxn` begins at a and grows by b, n times."""
LATE = 106
ALWAYS = f"x{MINUTES + 10}"


def steady(value: float) -> str:
    return f"{value}+0{ALWAYS}"


def growing(a_minute: float) -> str:
    return f"0+{a_minute}{ALWAYS}"


def burst(count: int) -> str:
    """Nothing for long, then so many at once, then nothing again: a counter has to be told as 0 for that."""
    return f"0+0x{LATE} {count}+0x10"


QUIET = {
    'up{job="flowroute-bot"}': steady(1),
    "bot_ready": steady(1),
    'bot_failed_requests_total{endpoint="webhook"}': steady(0),
    'bot_queue_oldest_seconds{lane="posts"}': steady(2),
    'bot_queue_depth{lane="marks"}': steady(3),
    'bot_lane_failures_total{lane="posts"}': steady(0),
    'bot_relay_lag_seconds_bucket{le="10.0"}': growing(2),
    'bot_relay_lag_seconds_bucket{le="60.0"}': growing(2),
    'bot_relay_lag_seconds_bucket{le="+Inf"}': growing(2),
    "bot_message_list_age_seconds": steady(30),
    'bot_texts_total{via="webhook"}': growing(2),
    'bot_texts_total{via="list"}': burst(2),
    'flowroute_webhooks_total{kind="sms",result="stored"}': growing(2),
    'flowroute_webhooks_total{kind="sms",result="no_message"}': steady(0),
    'bot_refused_requests_total{reason="webhook_token"}': growing(1),
    "bot_parked_texts": steady(0),
    'slack_api_calls_total{method="chat.postMessage",outcome="ok"}': growing(10),
    'slack_api_calls_total{method="chat.postMessage",outcome="unsure"}': burst(1),
    'slack_api_calls_total{method="chat.postMessage",outcome="ratelimited"}': growing(1),
    "bot_slack_events_left_out_total": steady(0),
    'flowroute_api_calls_total{method="POST",endpoint="messages",status="202"}': growing(10),
    'flowroute_api_calls_total{method="POST",endpoint="messages",status="503"}': burst(1),
    "bot_spend_month_usd": steady(30),
    "bot_spend_limit_usd": steady(50),
    "bot_disk_free_bytes": steady(5e9),
}
TROUBLES = {
    "BotDown": {'up{job="flowroute-bot"}': steady(0)},
    "BotNotReady": {"bot_ready": steady(0)},
    "RequestsFail": {'bot_failed_requests_total{endpoint="webhook"}': burst(5)},
    "WorkWaits": {'bot_queue_oldest_seconds{lane="posts"}': steady(400)},
    "MarksWait": {'bot_queue_depth{lane="marks"}': steady(60)},
    "WorkFails": {'bot_lane_failures_total{lane="posts"}': burst(5)},
    "RelaySlow": {'bot_relay_lag_seconds_bucket{le="10.0"}': growing(1.8)},
    "MessageListNotRead": {"bot_message_list_age_seconds": steady(1000)},
    "WebhooksStopped": {
        'bot_texts_total{via="webhook"}': steady(0),
        'bot_texts_total{via="list"}': growing(1),
    },
    "WebhooksRefused": {'flowroute_webhooks_total{kind="sms",result="no_message"}': burst(10)},
    "StrangersKnock": {'bot_refused_requests_total{reason="webhook_token"}': burst(100)},
    "TextsParked": {"bot_parked_texts": steady(1)},
    "SlackFails": {'slack_api_calls_total{method="chat.postMessage",outcome="unsure"}': growing(2)},
    "SlackTooFast": {'slack_api_calls_total{method="chat.postMessage",outcome="ratelimited"}': growing(5)},
    "SlackLeavesEventsOut": {"bot_slack_events_left_out_total": burst(1)},
    "FlowrouteFails": {
        'flowroute_api_calls_total{method="POST",endpoint="messages",status="503"}': growing(2)
    },
    "SpendNearLimit": {"bot_spend_month_usd": steady(45)},
    "DiskNearlyFull": {"bot_disk_free_bytes": steady(5e8)},
}


def test_every_alert_is_raised_by_its_trouble_and_by_nothing_else(tmp_path: Path) -> None:
    """One day for each, quiet but for that; and a quiet day, on which none is."""
    assert list(TROUBLES) == re.findall(r"^      - alert: (\w+)$", RULES.read_text("utf-8"), re.MULTILINE)
    days = [_day("a quiet day", {}, []), *(_day(name, told, [name]) for name, told in TROUBLES.items())]
    test = tmp_path / "days.yml"
    test.write_text(
        json.dumps({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": days})
    )  # YAML takes JSON

    judged("promtool", "test", "rules", str(test))


def _day(name: str, trouble: dict[str, str], raised: list[str]) -> dict[str, object]:
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in {**QUIET, **trouble}.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{MINUTES}m",
                "exp_samples": [{"labels": f'{{alertname="{one}"}}', "value": 1} for one in raised],
            }
        ],
    }
