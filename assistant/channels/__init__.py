"""Channels: how an Answer reaches a person. Each receives an Assistant and renders what the Answer holds; nothing else."""
