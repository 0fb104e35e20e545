"""Whether what is declared arrives: questions, the rule of silence, and what the answers amount to."""
