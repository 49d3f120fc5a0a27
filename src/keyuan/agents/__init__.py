"""Agents: who they are, their licence and branch, when they joined and left."""
