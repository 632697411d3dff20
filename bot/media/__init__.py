"""Pictures and files between phones and Slack: fetched safely, made to fit, served under signed links."""
