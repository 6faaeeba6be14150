"""Beliefs by topic, where `misconceptions` would grow too long."""
