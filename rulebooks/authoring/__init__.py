"""What a rulebook's author reads: its rules in French words, what two versions change, what it would cost."""
