"""Beliefs by topic, where `misconceptions` would grow too long. Floor 7 (exercises); data."""
