"""What people see at a glance: what waits for them, how the account stands, what it cost."""
