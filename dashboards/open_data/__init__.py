"""
Read-only JSON and .csv for other systems, by token: docs/huong-dan/du-lieu.md tells how to ask.

datasets.py says what is in them, answers.py writes them, views.py lets in who shows a token.
"""
