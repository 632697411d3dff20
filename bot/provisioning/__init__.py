"""Spending money: quotes, orders and what became of them."""
