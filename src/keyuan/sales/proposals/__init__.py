"""Proposals 计划书: plans as they are kept and as they are shown, judged by suitability, charted and typeset."""
