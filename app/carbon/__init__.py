"""What the way of goods emitted, leg by leg, and what a border asks of them. Never a zero for what is unknown."""
